/** Models (IVF centroids and a quantizer) and the encoding of vectors with them. */
package dev.freshet.vector.quantizer;
