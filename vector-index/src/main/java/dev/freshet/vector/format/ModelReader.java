package dev.freshet.vector.format;

import static dev.freshet.vector.format.CorruptSegmentException.check;

import com.fasterxml.jackson.databind.JsonNode;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.Metric;
import dev.freshet.vector.quantizer.IvfModel;
import dev.freshet.vector.quantizer.Quantizer;
import java.io.IOException;

/** Reads the model that a segment was built with. */
final class ModelReader {
  private ModelReader() {}

  static IvfModel read(LanceFile index, LanceFile auxiliary, FloatTensor centroids)
      throws IOException {
    JsonNode kind = SegmentMetadata.parseIndex(index.schema());
    IndexType type = IndexType.parse(SegmentMetadata.text(kind, "type"));
    Metric metric = Metric.parse(SegmentMetadata.text(kind, "distance_type"));
    String distance = auxiliary.schema().metadata(SegmentFiles.DISTANCE_KEY);
    check(distance.equals(metric.lanceName()), "distances %s and %s", metric, distance);
    int dimension = centroids.columns();
    Quantizer quantizer = quantizer(type, auxiliary, dimension);
    return new IvfModel(type, metric, dimension, centroids.values(), quantizer);
  }

  private static Quantizer quantizer(IndexType type, LanceFile auxiliary, int dimension)
      throws IOException {
    JsonNode storage = SegmentMetadata.parseStorage(auxiliary.schema());
    return switch (type.training()) {
      case NONE -> {
        checkDimension(storage, "dim", dimension);
        yield new Quantizer.Flat();
      }
      case BOUNDS -> scalar(storage, dimension);
      case CODEBOOK -> product(auxiliary, storage, dimension);
      case LEFT_TO_LANCE -> new Quantizer.BuiltByLance();
    };
  }

  private static Quantizer scalar(JsonNode storage, int dimension) throws IOException {
    checkDimension(storage, "dim", dimension);
    int bits = SegmentMetadata.integer(storage, "num_bits");
    check(bits == Byte.SIZE, "SQ codes of %d bits: only 8 are known", bits);
    JsonNode bounds = storage.path("bounds");
    return new Quantizer.Scalar(
        float32(SegmentMetadata.real(bounds, "start")),
        float32(SegmentMetadata.real(bounds, "end")));
  }

  /**
   * Bounds are values of float32 vectors, kept as JSON. Lance does not read them back to the last
   * bit, so each remap would make another model of the same one.
   */
  private static double float32(double bound) {
    return (float) bound;
  }

  private static Quantizer product(LanceFile auxiliary, JsonNode storage, int dimension)
      throws IOException {
    checkDimension(storage, "dimension", dimension);
    int position = SegmentMetadata.integer(storage, "codebook_position");
    FloatTensor codebook = FloatTensor.parse(new ProtoReader(auxiliary.globalBuffer(position)));
    Quantizer.Product pq =
        new Quantizer.Product(
            SegmentMetadata.integer(storage, "num_sub_vectors"),
            SegmentMetadata.integer(storage, "nbits"),
            codebook.values());
    check(
        codebook.rows() == pq.entries() && codebook.columns() == dimension,
        "a codebook of %d x %d for dimension %d",
        codebook.rows(),
        codebook.columns(),
        dimension);
    return pq;
  }

  private static void checkDimension(JsonNode storage, String key, int dimension)
      throws CorruptSegmentException {
    int stored = SegmentMetadata.integer(storage, key);
    check(stored == dimension, "codes of dimension %d, centroids of %d", stored, dimension);
  }
}
