package dev.freshet.bench.work;

import dev.freshet.bench.process.Measurement;
import dev.freshet.bench.work.DriftSteps.Numbers;
import dev.freshet.bench.work.DriftSteps.Step;
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

  private final DriftSteps steps;
  private final LiveVectors live;
  private final Path table;
  private final List<DriftSample> samples = new ArrayList<>();

  /**
   * @param table holds the first rows, and no index
   */
  DriftRun(DriftSteps steps, int dimension, Path table) {
    this.steps = steps;
    this.live = new LiveVectors(dimension);
    this.table = table;
  }

  /** Runs to the end of the stream; the table changes further only when the index is kept. */
  Measurement run(Upkeep upkeep) throws Exception {
    try (VectorTable writer = VectorTable.open(DatasetLocation.of(table.toString()))) {
      while (steps.hasNext()) {
        Step step = steps.next();
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
    if (step.vectors().length > 0) {
      table.append(step.vectors(), step.vectors().length / table.dimension());
    }
    for (Numbers rows : step.deleted()) {
      table.delete(
          String.format(
              "%s >= %d AND %s < %d", VectorTable.ID, rows.from(), VectorTable.ID, rows.to()));
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
