/** What a version of a dataset holds, as Lance shows it and as its file says. */
package dev.freshet.lance.manifest;
