package dev.freshet.bench.work;

import dev.freshet.bench.process.Usage;
import dev.freshet.lance.dataset.ArrowBudget;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.manifest.DatasetVersions;
import dev.freshet.lance.manifest.ManifestReader;
import dev.freshet.operators.options.StreamOptions;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.ManifestVersion;
import dev.freshet.vector.format.IndexStorage;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;

/** Looks at an index to whose dataset rows are appended, and at what this process uses. */
final class IndexSampler implements AutoCloseable {

  private static final double MIB = 1 << 20;

  private final String index;
  private final IndexStorage storage;
  private final IndexBaseline before;
  private final DatasetVersions versions;
  private final long start = System.nanoTime();
  private double cpuSeconds;

  /** Starts the time of the samples. */
  IndexSampler(StreamOptions options, IndexBaseline before) throws IOException {
    this.index = options.index().name();
    this.storage = options.indexStorage();
    this.before = before;
    this.cpuSeconds = Usage.cpuSeconds();
    this.versions = new DatasetVersions(options.location(), ArrowBudget.MANIFEST);
  }

  IndexSample sample() throws IOException {
    double since = cpuSeconds;
    cpuSeconds = Usage.cpuSeconds();
    try (DatasetHandle dataset = versions.latest()) {
      ManifestVersion latest = ManifestReader.read(dataset, index);
      IndexFiles files = IndexFiles.in(storage);
      long written = files.bytes() - before.files().bytes();
      double once = before.bytesOf(Math.max(1, latest.liveRows() - before.rows()));
      return new IndexSample(
          Duration.ofNanos(System.nanoTime() - start).toMillis() / 60_000.0,
          latest.fragments().size(),
          latest.index().segments().size(),
          files.segments() - before.files().segments(),
          latest.liveRows(latest.uncovered()),
          lag(latest).toMillis() / 1e3,
          written / MIB,
          written / once,
          before.codesSince(files) / once,
          files.bytes() / MIB,
          cpuSeconds - since,
          Usage.rssMb());
    }
  }

  /** How long ago the oldest uncovered fragment was committed: looks at few versions, from last. */
  private Duration lag(ManifestVersion latest) {
    Coverage uncovered = latest.uncovered();
    Instant now = Instant.now();
    Instant oldest = now;
    for (ManifestVersion past = latest; past.live().intersects(uncovered); ) {
      oldest = past.committedAt();
      past = ManifestReader.read(versions.at(past.version() - 1), index);
    }
    return Duration.between(oldest, now);
  }

  @Override
  public void close() {
    versions.close();
  }
}
