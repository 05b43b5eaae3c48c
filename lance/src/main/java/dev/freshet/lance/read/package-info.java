/** Rows and vectors of a version: scans, takes, samples and searches. */
package dev.freshet.lance.read;
