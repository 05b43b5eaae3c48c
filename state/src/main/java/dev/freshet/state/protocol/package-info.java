/**
 * What the stream does, step by step, over ports: the same steps run in Flink on a real table and
 * in the tests' simulation.
 */
package dev.freshet.state.protocol;
