/** Other writers of a table, as plain Lance makes them. */
package dev.freshet.job.writer;
