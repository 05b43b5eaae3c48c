/** The catalog: databases and tables of a warehouse, which are directories and Lance datasets. */
package dev.freshet.sql.catalog;
