/** Compaction of covered fragments, planned by Lance, run in parallel. */
package dev.freshet.operators.maintenance;
