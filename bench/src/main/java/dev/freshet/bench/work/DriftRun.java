package dev.freshet.bench.work;

import dev.freshet.bench.process.Measurement;
import dev.freshet.bench.work.DriftStream.Step;
import dev.freshet.bench.work.Upkeep.Kept;
import dev.freshet.lance.dataset.ArrowBudget;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.DatasetLocation;
import dev.freshet.lance.manifest.DatasetVersions;
import dev.freshet.lance.manifest.ManifestReader;
import dev.freshet.lance.sample.VectorTable;
import dev.freshet.operators.options.StreamOptions;
import dev.freshet.state.model.ManifestVersion;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A table that drifts step by step, and how well an index of it answers after each. */
final class DriftRun {

  private static final int QUERIES = 100;
  private static final double MIB = 1 << 20;

  private final DriftStream stream;
  private final LiveVectors live;
  private final Path table;
  private final List<DriftSample> samples = new ArrayList<>();

  /**
   * @param table holds the first rows, and no index
   */
  DriftRun(DriftStream stream, int dimension, Path table) {
    this.stream = stream;
    this.live = new LiveVectors(dimension);
    this.table = table;
  }

  /** Runs to the end of the stream; the table changes further only when the index is kept. */
  Measurement run(Upkeep upkeep) throws Exception {
    try (VectorTable writer = VectorTable.open(DatasetLocation.of(table.toString()))) {
      while (stream.hasNext()) {
        Step step = stream.next();
        live.apply(step);
        if (step.number() > 0) {
          write(writer, step);
        }
        Kept kept = upkeep.keep();
        samples.add(look(step.number(), kept));
        System.err.println("    " + samples.get(samples.size() - 1));
      }
      return DriftSummary.of(samples, writer.appendedRows());
    }
  }

  private static void write(VectorTable table, Step step) {
    table.append(step.vectors(), step.vectors().length / table.dimension());
    if (step.oldest() > 0) {
      table.delete(VectorTable.ID + " < " + step.oldest());
    }
  }

  private DriftSample look(int step, Kept kept) throws IOException {
    StreamOptions options = kept.options();
    try (DatasetVersions versions = new DatasetVersions(options.location(), ArrowBudget.SAMPLE);
        DatasetHandle dataset = versions.latest()) {
      ManifestVersion manifest = ManifestReader.read(dataset, options.index().name());
      ProbedRows index = ProbedRows.of(options.indexStorage(), manifest);
      List<float[]> likeAll = live.likeAll(QUERIES);
      return new DriftSample(
          step,
          Queries.answered(dataset, manifest, likeAll).recall(dataset),
          Queries.answered(dataset, manifest, live.likeNewest(QUERIES)).recall(dataset),
          index.mean(likeAll, Queries.EFFORT.probes()),
          index.segments(),
          index.models(),
          index.partitions(),
          kept.used().seconds(),
          kept.used().cpuSeconds(),
          kept.used().peakRssMb(),
          kept.bytesWritten() / MIB);
    }
  }
}
