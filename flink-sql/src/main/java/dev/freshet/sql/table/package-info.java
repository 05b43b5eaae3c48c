/** What the options of a table say, whether it is read, searched or written. */
package dev.freshet.sql.table;
