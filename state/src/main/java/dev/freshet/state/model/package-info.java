/**
 * The words of Freshet as records: what a dataset's manifest says, and what the stream makes of it.
 *
 * <p>Every record validates itself in its constructor and holds no reference to Flink or Lance.
 */
package dev.freshet.state.model;
