/** Whether a segment finds the rows that it covers, and holds no others. */
package dev.freshet.lance.verify;
