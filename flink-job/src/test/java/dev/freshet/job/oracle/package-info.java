/**
 * Judges an index by what is in storage alone. It shares no code with what builds the index: it
 * reads with lance-core and Arrow, and compares with brute force.
 */
package dev.freshet.job.oracle;
