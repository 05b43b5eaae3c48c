/** Last stage, parallelism 1: decides, verifies and commits segments and compactions. */
package dev.freshet.operators.publish;
