/** LanceDB's package for Node, in the versions that tables are made and judged by. */
package dev.freshet.job.lancedb;
