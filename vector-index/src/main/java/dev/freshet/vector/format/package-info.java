/**
 * Reads and writes the segments of Lance vector indexes: {@code index.idx} and {@code
 * auxiliary.idx}, index version 1, Lance file format 2.1. The one place that opens index files.
 */
package dev.freshet.vector.format;
