/**
 * A stream beside writers that commit to its table as fast as they can: who ran into whom is
 * counted, and the oracle judges what came of it.
 */
package dev.freshet.job.conflict;
