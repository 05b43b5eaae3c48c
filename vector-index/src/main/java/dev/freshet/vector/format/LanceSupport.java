package dev.freshet.vector.format;

import com.fasterxml.jackson.databind.JsonNode;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.Metric;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the Lance of this program can read, told from a segment's metadata.
 *
 * <p>It takes some forms of newer versions for its own, gives wrong answers or aborts the process.
 * So a segment is looked at here, in Java, before Lance may open it.
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
    if (Arrays.stream(IndexType.values()).noneMatch(known -> known.name().equals(type))) {
      return Optional.of("is of type " + type + ", which is not known");
    }
    if (Metric.find(metric).isEmpty()) {
      return Optional.of("has the distance " + metric + ", which is not known");
    }
    JsonNode storage = SegmentMetadata.parseStorage(auxiliary);
    return switch (IndexType.valueOf(type)) {
      case IVF_FLAT -> Optional.empty();
      case IVF_SQ, IVF_HNSW_SQ -> bits(storage, "num_bits", "SQ", List.of(8));
      case IVF_PQ, IVF_HNSW_PQ -> bits(storage, "nbits", "PQ", List.of(4, 8));
      case IVF_RQ -> residualQuantization(storage, auxiliary);
    };
  }

  /** Newer versions keep more bits and another estimator under the same index version. */
  private static Optional<String> residualQuantization(JsonNode storage, FileSchema auxiliary)
      throws CorruptSegmentException {
    Set<String> unknown = new TreeSet<>();
    storage.fieldNames().forEachRemaining(unknown::add);
    auxiliary.columns().forEach(column -> unknown.add(column.name()));
    unknown.removeAll(RQ_KEYS);
    unknown.removeAll(RQ_COLUMNS);
    return unknown.isEmpty()
        ? bits(storage, "num_bits", "RQ", List.of(1))
        : Optional.of(
            "has the codes of a newer Lance ("
                + String.join(", ", unknown)
                + "), which this one reads wrongly");
  }

  private static Optional<String> bits(
      JsonNode storage, String key, String quantizer, List<Integer> known)
      throws CorruptSegmentException {
    int bits = SegmentMetadata.integer(storage, key);
    return known.contains(bits)
        ? Optional.empty()
        : Optional.of("has " + quantizer + " codes of " + bits + " bits, which are not known");
  }
}
