/** What is measured: each work's dataset, and what Freshet and Lance do with it. */
package dev.freshet.bench.work;
