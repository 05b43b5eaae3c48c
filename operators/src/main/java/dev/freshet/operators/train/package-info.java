/** Second stage: gives every task the index's model, adopted from a segment or trained once. */
package dev.freshet.operators.train;
