/** The job: {@link dev.freshet.job.IndexPipeline} is the graph, to be read first. */
package dev.freshet.job;
