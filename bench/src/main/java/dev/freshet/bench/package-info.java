/** Measures Freshet: kernels alone, and whole runs beside Lance's own builder. */
package dev.freshet.bench;
