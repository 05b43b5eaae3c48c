/** The names of Freshet's metrics. */
package dev.freshet.operators.metrics;
