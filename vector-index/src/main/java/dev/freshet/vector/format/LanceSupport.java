package dev.freshet.vector.format;

import com.fasterxml.jackson.databind.JsonNode;
import dev.freshet.state.model.IndexType;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the Lance of this program can read, told from a segment's metadata.
 *
 * <p>It takes some forms of newer versions for its own, gives wrong answers or aborts the process.
 * So a segment is looked at here, in Java, before Lance may open it. Only forms that are known to
 * exist, or that add to what is known, count as sound: anything else is damage.
 */
final class LanceSupport {
  private static final String RQ_CODES = "_rabit_codes";

  private static final Set<String> RQ_COLUMNS =
      Set.of(SegmentFiles.ROW_ID, RQ_CODES, "__add_factors", "__scale_factors");

  private static final Set<String> RQ_KEYS =
      Set.of(
          "rotate_mat_position",
          "fast_rotation_signs",
          "rotation_type",
          "code_dim",
          "num_bits",
          "packed");

  private static final Set<Integer> OTHER_SQ_BITS = Set.of(4, 16);
  private static final Set<Integer> OTHER_RQ_BITS = Set.of(2, 3, 4, 5, 6, 7, 8, 9);

  private LanceSupport() {}

  /**
   * What is unknown about a segment; empty if Lance reads it rightly.
   *
   * @throws CorruptSegmentException if the metadata is malformed
   */
  static Optional<String> objection(FileSchema index, FileSchema auxiliary)
      throws CorruptSegmentException {
    JsonNode kind = SegmentMetadata.parseIndex(index);
    String type = SegmentMetadata.text(kind, "type");
    String metric = SegmentMetadata.text(kind, "distance_type");
    if (type.equals("IVF_HNSW_FLAT")) {
      return Optional.of("is of type " + type + ", which Freshet does not build");
    }
    if (metric.equals("hamming")) {
      return Optional.of("has the distance " + metric + ", which Freshet does not know");
    }
    JsonNode storage = SegmentMetadata.parseStorage(auxiliary);
    return switch (IndexType.parse(type).coding()) {
      case FLAT, PRODUCT -> Optional.empty();
      case SCALAR -> bits(storage, "SQ", OTHER_SQ_BITS);
      case BIT -> rotated(storage, auxiliary);
    };
  }

  /** Newer versions keep more bits and another estimator under the same index version. */
  private static Optional<String> rotated(JsonNode storage, FileSchema auxiliary)
      throws CorruptSegmentException {
    Set<String> unknown = new TreeSet<>();
    storage.fieldNames().forEachRemaining(unknown::add);
    auxiliary.columns().forEach(column -> unknown.add(column.name()));
    unknown.removeAll(RQ_KEYS);
    unknown.removeAll(RQ_COLUMNS);
    return unknown.isEmpty()
        ? bits(storage, "RQ", OTHER_RQ_BITS)
        : Optional.of(
            "has the codes of a newer Lance ("
                + String.join(", ", unknown)
                + "), which this one reads wrongly");
  }

  private static Optional<String> bits(JsonNode storage, String quantizer, Set<Integer> other)
      throws CorruptSegmentException {
    int bits = SegmentMetadata.integer(storage, "num_bits");
    return other.contains(bits)
        ? Optional.of("has " + quantizer + " codes of " + bits + " bits, which are not known")
        : Optional.empty();
  }
}
