/** Trains models on a sample of vectors: IVF centroids by k-means, then the quantizer. */
package dev.freshet.vector.training;
