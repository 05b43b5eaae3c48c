/**
 * What may be removed: decided from what is stored and what versions name, and nothing is touched.
 */
package dev.freshet.state.garbage;
