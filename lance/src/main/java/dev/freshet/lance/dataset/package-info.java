/**
 * What is opened: a dataset at a location, its files, its columns, and what goes wrong with them.
 */
package dev.freshet.lance.dataset;
