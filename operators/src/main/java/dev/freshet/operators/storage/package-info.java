/**
 * Files of a dataset in an object store, beside Lance's own reach, through Flink's file system
 * abstraction: whichever S3 plugin the cluster has, serves.
 */
package dev.freshet.operators.storage;
