/** From measurements to medians, JSON, a page and a plot. */
package dev.freshet.bench.report;
