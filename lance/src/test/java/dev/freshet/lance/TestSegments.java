package dev.freshet.lance;

import dev.freshet.lance.commit.LanceSegmentBuilder;
import dev.freshet.lance.commit.SegmentPublisher;
import dev.freshet.lance.commit.SegmentRegistration;
import dev.freshet.lance.dataset.BatchScan;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.LocalDatasetFiles;
import dev.freshet.state.model.CommitOutcome;
import dev.freshet.state.model.CommitToken;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.Metric;
import dev.freshet.vector.quantizer.IvfModel;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.apache.arrow.vector.BigIntVector;
import org.lance.index.Index;
import org.lance.ipc.Query;
import org.lance.ipc.ScanOptions;

/** Builds, merges, publishes and searches segments of the index {@value #INDEX}. */
public final class TestSegments {

  public static final String INDEX = "vec_idx";

  private TestSegments() {}

  public static SegmentRegistration build(TestDataset dataset, IvfModel model, Coverage coverage) {
    try (DatasetHandle handle = dataset.open()) {
      return new LanceSegmentBuilder(
              handle, handle.column(TestDataset.COLUMN), new LocalDatasetFiles(dataset.path()))
          .build(INDEX, model, UUID.randomUUID(), coverage);
    }
  }

  /** Lance's own merge of uncommitted segments. */
  public static SegmentRegistration merge(TestDataset dataset, List<SegmentRegistration> segments) {
    try (DatasetHandle handle = dataset.open()) {
      Index merged =
          handle
              .dataset()
              .mergeExistingIndexSegments(
                  segments.stream()
                      .map(segment -> publisher(dataset).index(handle, segment))
                      .toList());
      SegmentRegistration first = segments.get(0);
      return new SegmentRegistration(
          merged.uuid(),
          INDEX,
          first.field(),
          Coverage.union(segments.stream().map(SegmentRegistration::coverage)),
          first.type(),
          merged.indexDetails().orElseThrow());
    }
  }

  /** Four segments, merged two by two, and the two merged once more. */
  public static SegmentRegistration mergeTwice(TestDataset dataset, IvfModel model) {
    List<SegmentRegistration> fresh = new ArrayList<>();
    for (int fragment = 0; fragment < 4; fragment++) {
      fresh.add(build(dataset, model, Coverage.of(fragment)));
    }
    return merge(
        dataset, List.of(merge(dataset, fresh.subList(0, 2)), merge(dataset, fresh.subList(2, 4))));
  }

  public static SegmentPublisher publisher(TestDataset dataset) {
    return new SegmentPublisher(Clock.systemUTC(), dataset.files());
  }

  public static CommitToken token(SegmentRegistration segment) {
    return new CommitToken("test", segment.uuid());
  }

  public static CommitOutcome publish(
      TestDataset dataset, SegmentRegistration segment, UUID... replaced) {
    try (DatasetHandle handle = dataset.open()) {
      return publisher(dataset).publish(handle, List.of(segment), Set.of(replaced), token(segment));
    }
  }

  /** Share of the 10 exact neighbours of 50 rows that a search of all partitions finds. */
  public static double recall(TestDataset dataset, TestVectors vectors, Metric metric)
      throws Exception {
    int hits = 0;
    int queries = 50;
    try (DatasetHandle handle = dataset.open()) {
      for (int i = 0; i < queries; i++) {
        float[] query = vectors.row(i * (vectors.rows() / queries));
        Set<Long> found = search(handle, query);
        found.retainAll(vectors.nearest(query, 10, metric));
        hits += found.size();
      }
    }
    return hits / (10.0 * queries);
  }

  /** The {@code id}s of the 10 nearest rows by the index. */
  private static Set<Long> search(DatasetHandle handle, float[] query) throws Exception {
    ScanOptions options =
        new ScanOptions.Builder()
            .columns(List.of("id", "_distance"))
            .nearest(
                new Query.Builder()
                    .setColumn(TestDataset.COLUMN)
                    .setKey(query)
                    .setK(10)
                    .setNprobes(1000)
                    .setUseIndex(true)
                    .build())
            .build();
    Set<Long> found = new HashSet<>();
    try (BatchScan scan = new BatchScan(handle, options)) {
      while (scan.next()) {
        BigIntVector ids = (BigIntVector) scan.batch().getVector("id");
        for (int i = 0; i < ids.getValueCount(); i++) {
          found.add(ids.get(i));
        }
      }
    }
    return found;
  }
}
