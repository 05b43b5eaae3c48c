/**
 * INSERT: rows become fragments on the task managers; one committer appends those of a checkpoint
 * in one version, and the index stream follows in the same job.
 */
package dev.freshet.sql.sink;
