/**
 * What is set aside so that the rest goes on: dead letters, and the count of attempts that ended
 * with the death of the process. Both are small files beside the dataset, under {@code _freshet/},
 * as a process that dies can tell nothing to anybody afterwards.
 */
package dev.freshet.operators.quarantine;
