/** The options of the stream: named and documented once, checked when they are read. */
package dev.freshet.operators.options;
