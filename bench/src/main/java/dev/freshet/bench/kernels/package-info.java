/** How near the kernels come to what one core can do: its peak is measured beside them. */
package dev.freshet.bench.kernels;
