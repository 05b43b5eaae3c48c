/**
 * Real processes of a Flink cluster that die at named steps of the protocol: an agent halts them
 * there, the job must go on by itself, and the oracle looks at what is in storage.
 */
package dev.freshet.job.crash;
