/** Lance tables in Flink SQL: written, read and searched, with their index kept fresh. */
package dev.freshet.sql;
