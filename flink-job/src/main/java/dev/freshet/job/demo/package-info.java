/** The demo: a dataset that grows, shrinks and is compacted while the stream runs. */
package dev.freshet.job.demo;
