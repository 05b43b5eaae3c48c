/** How Flink's types and rows map to Arrow's, and back. */
package dev.freshet.sql.types;
