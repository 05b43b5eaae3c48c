package dev.freshet.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.job.report.IndexDescription;
import dev.freshet.job.report.IndexVerification;
import dev.freshet.job.report.ScalarVerification;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.manifest.DatasetVersions;
import dev.freshet.lance.manifest.FragmentHistory;
import dev.freshet.lance.manifest.IndexCatalog;
import dev.freshet.lance.manifest.IndexSummary;
import dev.freshet.lance.manifest.ManifestReader;
import dev.freshet.lance.read.VectorSearch;
import dev.freshet.lance.sample.VectorTable;
import dev.freshet.operators.options.FreshetOptions;
import dev.freshet.operators.options.StreamOptions;
import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.ManifestVersion;
import dev.freshet.state.model.Metric;
import dev.freshet.vector.format.SegmentReader;
import dev.freshet.vector.quantizer.IvfModel;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;

/** An index as it is seen from outside: by its dataset alone. */
final class TestIndex implements AutoCloseable {

  static final int PARTITIONS = 8;

  private static final int QUERIES = 50;
  private static final long ARROW_BYTES = 1L << 30;

  private final StreamOptions options;
  private final DatasetVersions versions;

  TestIndex(Configuration stream) {
    this.options = StreamOptions.from(stream);
    this.versions = new DatasetVersions(options.location(), ARROW_BYTES);
  }

  /** Options of a stream that is quick to publish, and compacts nothing. */
  static Configuration stream(Path dataset, IndexType type, Metric metric) {
    return stream(dataset.toString(), type, metric);
  }

  /** The same for a dataset anywhere. */
  static Configuration stream(String dataset, IndexType type, Metric metric) {
    Configuration stream = new Configuration();
    stream.set(FreshetOptions.DATASET, dataset);
    stream.set(FreshetOptions.COLUMN, VectorTable.VECTOR);
    stream.set(FreshetOptions.INDEX_TYPE, type.name());
    stream.set(FreshetOptions.INDEX_METRIC, metric.lanceName());
    stream.set(FreshetOptions.INDEX_PARTITIONS, PARTITIONS);
    stream.set(FreshetOptions.FRESHNESS, Duration.ofSeconds(1));
    stream.set(FreshetOptions.COMPACTION, false);
    return stream;
  }

  /** Options of a job that indexes what is there and ends. */
  static Configuration once(Path dataset, IndexType type, Metric metric) {
    Configuration once = stream(dataset, type, metric);
    once.set(FreshetOptions.ONCE, true);
    return once;
  }

  /** Waits until every fragment is covered. */
  void awaitComplete(TestJob job, Duration patience) throws Exception {
    await(job, patience, manifest -> manifest.uncovered().isEmpty());
  }

  /** Waits until the latest version is as it should be. */
  void await(TestJob job, Duration patience, Predicate<ManifestVersion> condition)
      throws Exception {
    long deadline = System.nanoTime() + patience.toNanos();
    ManifestVersion manifest = manifest();
    while (!condition.test(manifest)) {
      if (job.status().isGloballyTerminalState() || System.nanoTime() > deadline) {
        throw new AssertionError(manifest + " stays so; last failure: " + job.failure());
      }
      Thread.sleep(100);
      manifest = manifest();
    }
  }

  /** Every live row in exactly one segment, once; recall is that of the codes alone. */
  IndexVerification.Report assertClean(String description) throws IOException {
    return assertClean(description, 1);
  }

  /** The same, with recall at a refine factor. */
  IndexVerification.Report assertClean(String description, int refine) throws IOException {
    IndexVerification.Report report =
        new IndexVerification(versions, options.indexStorage())
            .verify(options.index().name(), QUERIES, new VectorSearch.Effort(PARTITIONS, refine));
    assertThat(report.violations()).as(description).isEmpty();
    assertThat(report.ok()).as(description).isTrue();
    assertThat(report.coverage()).as(description).isEqualTo(1.0);
    return report;
  }

  /** What is found of an index of values. */
  ScalarVerification.Report valuesReport() throws IOException {
    try (DatasetHandle dataset = versions.latest()) {
      IndexSummary index = IndexCatalog.find(dataset, options.index().name()).orElseThrow();
      return new ScalarVerification(dataset, index, options.indexStorage()).verify();
    }
  }

  ManifestVersion manifest() {
    try (DatasetHandle dataset = versions.latest()) {
      return ManifestReader.read(dataset, options.index().name());
    }
  }

  List<UUID> segments() {
    return manifest().index().segments().stream().map(CommittedSegment::uuid).toList();
  }

  IndexDescription description() throws IOException {
    try (DatasetHandle dataset = versions.latest()) {
      return IndexDescription.of(dataset, options.index().name(), options.indexStorage());
    }
  }

  /** Ids of the models of the segments. */
  List<String> models() throws IOException {
    return contents().stream().map(IvfModel::id).toList();
  }

  /** The origin of the model of each segment. */
  List<String> origins() throws IOException {
    return contents().stream().map(IvfModel::origin).toList();
  }

  private List<IvfModel> contents() throws IOException {
    List<IvfModel> models = new ArrayList<>();
    for (UUID segment : segments()) {
      models.add(SegmentReader.open(options.indexStorage(), segment).model());
    }
    return models;
  }

  /** Every version there is, the oldest first. */
  List<ManifestVersion> history() {
    try (DatasetHandle dataset = versions.latest();
        Stream<ManifestVersion> past = FragmentHistory.since(dataset, 1, options.index().name())) {
      return past.toList();
    }
  }

  @Override
  public void close() {
    versions.close();
  }
}
