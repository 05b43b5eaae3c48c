/** A process of its own for each run, and what it used: time, CPU, memory. */
package dev.freshet.bench.process;
