/**
 * Finds and removes what no manifest version names any more and no running job may still publish.
 */
package dev.freshet.operators.garbage;
