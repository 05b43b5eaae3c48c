/** Replaces the program of a running job, its state kept, through Flink's REST interface. */
package dev.freshet.job.upgrade;
