package dev.freshet.bench.work;

import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.ManifestVersion;
import dev.freshet.vector.format.IndexStorage;
import dev.freshet.vector.format.SegmentReader;
import dev.freshet.vector.quantizer.IvfModel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The rows that a query of metric l2 is compared with: those of the nearest partitions of each
 * segment, deleted ones too.
 */
final class ProbedRows {

  /**
   * What is needed of a segment.
   *
   * @param lengths rows of each partition
   */
  @SuppressWarnings("ArrayRecordComponent") // a carrier of bulk data, never compared
  record Partitions(float[] centroids, long[] lengths) {}

  private final List<Partitions> segments;
  private final Map<String, Integer> models;

  private ProbedRows(List<Partitions> segments, Map<String, Integer> models) {
    this.segments = segments;
    this.models = models;
  }

  /** Of the segments that a version names. */
  static ProbedRows of(IndexStorage storage, ManifestVersion manifest) throws IOException {
    List<Partitions> segments = new ArrayList<>();
    Map<String, Integer> models = new LinkedHashMap<>();
    for (CommittedSegment segment : manifest.index().segments()) {
      SegmentReader reader = SegmentReader.open(storage, segment.uuid());
      IvfModel model = reader.model();
      models.put(model.id(), model.partitions());
      segments.add(new Partitions(model.centroids(), reader.partitionLengths()));
    }
    return new ProbedRows(segments, models);
  }

  /** Different models of the segments. */
  int models() {
    return models.size();
  }

  /** Partitions of the model that has most. */
  int partitions() {
    return models.values().stream().mapToInt(partitions -> partitions).max().orElse(0);
  }

  int segments() {
    return segments.size();
  }

  /**
   * The mean over queries.
   *
   * @param probes partitions of each segment that are looked into
   */
  double mean(List<float[]> queries, int probes) {
    return queries.stream()
        .mapToLong(
            query -> segments.stream().mapToLong(segment -> rows(segment, query, probes)).sum())
        .average()
        .orElse(0);
  }

  static long rows(Partitions segment, float[] query, int probes) {
    double[] distances =
        IntStream.range(0, segment.lengths().length)
            .mapToDouble(partition -> distance(segment.centroids(), partition, query))
            .toArray();
    return IntStream.range(0, distances.length)
        .boxed()
        .sorted(Comparator.comparingDouble(partition -> distances[partition]))
        .limit(probes)
        .mapToLong(partition -> segment.lengths()[partition])
        .sum();
  }

  private static double distance(float[] centroids, int partition, float[] query) {
    double sum = 0;
    for (int d = 0; d < query.length; d++) {
      double difference = centroids[partition * query.length + d] - query[d];
      sum += difference * difference;
    }
    return sum;
  }
}
