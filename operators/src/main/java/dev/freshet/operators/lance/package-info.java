/**
 * The one place that opens Lance datasets: snapshots of the manifest, scans, commits, compaction
 * and the building of segments by Lance. Nothing here knows of the stream.
 */
package dev.freshet.operators.lance;
