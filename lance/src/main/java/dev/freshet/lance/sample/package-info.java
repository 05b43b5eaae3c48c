/** Datasets to try things on, for demos, benchmarks and tests. */
package dev.freshet.lance.sample;
