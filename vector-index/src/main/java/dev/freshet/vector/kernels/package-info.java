/**
 * The inner loops: nearest centroid and product quantization of many vectors at once, with the
 * Vector API where the platform has it and in plain Java where it has not.
 */
package dev.freshet.vector.kernels;
