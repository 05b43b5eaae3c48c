/** Keyed stage: scans a shard's rows, finds their centroids, encodes them and seals the shard. */
package dev.freshet.operators.assign;
