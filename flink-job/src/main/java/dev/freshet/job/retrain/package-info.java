/** Gives an index a new model: built beside the old one, then put in its place by one commit. */
package dev.freshet.job.retrain;
