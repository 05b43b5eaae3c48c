/** The whole protocol without Flink and without Lance, under faults that a seed chooses. */
package dev.freshet.state.simulation;
