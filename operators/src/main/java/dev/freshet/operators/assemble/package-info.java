/** Builds the segments of plans, by merging or, where Lance builds a type, by Lance. */
package dev.freshet.operators.assemble;
