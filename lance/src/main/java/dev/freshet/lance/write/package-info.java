/** Data files of rows that no version names yet. */
package dev.freshet.lance.write;
