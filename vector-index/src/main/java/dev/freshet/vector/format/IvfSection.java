package dev.freshet.vector.format;

import static dev.freshet.vector.format.CorruptSegmentException.check;

import java.util.Optional;

/**
 * Where each partition's rows lie in a file: the message {@code IVF} of Lance's {@code
 * index.proto}.
 *
 * @param offsets first row of each partition
 * @param lengths rows of each partition
 * @param centroids shape [partitions][dimension]; present in {@code index.idx} only
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier of bulk data, never compared
record IvfSection(long[] offsets, long[] lengths, Optional<FloatTensor> centroids) {

  static IvfSection parse(byte[] bytes) throws CorruptSegmentException {
    LongArray offsets = new LongArray();
    LongArray lengths = new LongArray();
    Optional<FloatTensor> centroids = Optional.empty();
    ProtoReader message = new ProtoReader(bytes);
    while (message.next()) {
      switch (message.field()) {
        case 2 -> message.numbers(offsets);
        case 3 -> message.numbers(lengths);
        case 4 -> centroids = Optional.of(FloatTensor.parse(message.message()));
        default -> {} // the deprecated centroids, the k-means loss
      }
    }
    return new IvfSection(offsets.toArray(), lengths.toArray(), centroids);
  }

  /** The section for partitions that lie one after the other. */
  static IvfSection contiguous(long[] lengths) {
    long[] offsets = new long[lengths.length];
    for (int p = 1; p < lengths.length; p++) {
      offsets[p] = offsets[p - 1] + lengths[p - 1];
    }
    return new IvfSection(offsets, lengths, Optional.empty());
  }

  byte[] toByteArray() {
    ProtoWriter message = new ProtoWriter().packed(2, offsets).packed(3, lengths);
    centroids.ifPresent(tensor -> message.message(4, tensor.toMessage()));
    return message.toByteArray();
  }

  /**
   * Checks that the partitions lie one after the other and cover exactly the rows of the file. The
   * offset of an empty partition says nothing and is not looked at.
   */
  void checkCovers(long rows) throws CorruptSegmentException {
    check(
        offsets.length == lengths.length,
        "%d partition offsets but %d lengths",
        offsets.length,
        lengths.length);
    long next = 0;
    for (int p = 0; p < lengths.length; p++) {
      check(
          lengths[p] >= 0 && lengths[p] <= rows - next && (lengths[p] == 0 || offsets[p] == next),
          "partition %d has %d rows from %d on, where %d of %d rows come before it",
          p,
          lengths[p],
          offsets[p],
          next,
          rows);
      next += lengths[p];
    }
    check(next == rows, "the partitions hold %d rows of %d", next, rows);
  }
}
