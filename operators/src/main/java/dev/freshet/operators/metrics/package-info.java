/** What the stages report: the names in one place, and a class for each stage that counts. */
package dev.freshet.operators.metrics;
