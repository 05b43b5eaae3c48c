/** Tables of LanceDB that Freshet takes over, beside both LanceDBs that write to them. */
package dev.freshet.job.matrix;
