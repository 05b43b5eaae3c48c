/** VECTOR_SEARCH in a table: the nearest neighbours of a query, by its index. */
package dev.freshet.sql.search;
