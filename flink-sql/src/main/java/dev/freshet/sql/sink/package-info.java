/**
 * INSERT: rows become fragments on the task managers; one committer appends those of a checkpoint
 * in one version, with a primary key in place of the rows of before, and the index stream follows
 * in the same job.
 */
package dev.freshet.sql.sink;
