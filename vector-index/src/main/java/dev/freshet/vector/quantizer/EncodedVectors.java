package dev.freshet.vector.quantizer;

/**
 * What became of a batch.
 *
 * @param skippedNull rows without a vector
 * @param skippedNonFinite rows with NaN or an infinity, also those that normalising made such: a
 *     zero vector has no direction
 */
public record EncodedVectors(EncodedBlock block, long skippedNull, long skippedNonFinite) {}
