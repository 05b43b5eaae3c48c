/** What is measured of a dataset and its index, from storage alone. */
package dev.freshet.job.report;
