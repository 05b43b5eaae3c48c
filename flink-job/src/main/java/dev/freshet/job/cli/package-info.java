/** The command line: one class a command, exit code 2 and one line for wrong input. */
package dev.freshet.job.cli;
