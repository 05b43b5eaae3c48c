package dev.freshet.operators.assemble;

import dev.freshet.lance.dataset.ArrowBudget;
import dev.freshet.lance.dataset.DatasetFiles;
import dev.freshet.lance.manifest.DatasetVersions;
import dev.freshet.operators.metrics.BuildMetrics;
import dev.freshet.operators.metrics.EncodingMetrics;
import dev.freshet.operators.metrics.StorageMetrics;
import dev.freshet.operators.options.StorageAccess;
import dev.freshet.operators.options.StreamOptions;
import dev.freshet.operators.quarantine.Attempts;
import dev.freshet.operators.quarantine.DeadLetters;
import dev.freshet.operators.wire.Publication;
import dev.freshet.state.model.IndexKind;
import dev.freshet.state.model.SegmentPlan;
import dev.freshet.state.model.UnpublishedSegment;
import dev.freshet.vector.format.CorruptSegmentException;
import dev.freshet.vector.format.IndexStorage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * BuildSegments: turns plans into segment directories, several at once.
 *
 * <p>A plan whose inputs cannot be read, or are gone after a restore from an old savepoint, is
 * left: discovery finds its fragments uncovered and hands them out again, without those that cannot
 * be read.
 */
public final class BuildSegments extends ProcessFunction<SegmentPlan, Publication> {

  private static final Logger LOG = LoggerFactory.getLogger(BuildSegments.class);
  private static final long serialVersionUID = 1L;

  /** For so long no rows are encoded again after a process died, perhaps of reading them. */
  private static final Duration CAUTION = Duration.ofHours(1);

  private final Configuration config;
  private transient SegmentBuilder builder;
  private transient BuildMetrics metrics;
  private transient DatasetVersions versions;
  private transient FragmentProbe probe;
  private transient Attempts attempts;

  public BuildSegments(Configuration config) {
    this.config = config;
  }

  @Override
  public void open(OpenContext context) throws IOException {
    StreamOptions options = StreamOptions.from(config);
    MetricGroup group = getRuntimeContext().getMetricGroup();
    metrics = new BuildMetrics(group);
    StorageMetrics requests = new StorageMetrics(group);
    versions = new DatasetVersions(options.location(), ArrowBudget.MANIFEST);
    DatasetFiles files = StorageAccess.datasetFiles(options.location(), requests);
    DeadLetters deadLetters = new DeadLetters(files, options.index().name());
    IndexStorage storage = options.indexStorage(requests);
    SegmentBuilder merging = SegmentBuilder.of(options, storage);
    builder =
        options.index().type().builder() == IndexKind.Builder.FRESHET
            ? recoding(options, storage, merging, files, deadLetters)
            : merging;
    probe = new FragmentProbe(options, versions, deadLetters);
  }

  /** Lance builds anew from the fragments anyway. */
  private SegmentBuilder recoding(
      StreamOptions options,
      IndexStorage storage,
      SegmentBuilder merging,
      DatasetFiles files,
      DeadLetters deadLetters)
      throws IOException {
    int subtask = getRuntimeContext().getTaskInfo().getIndexOfThisSubtask();
    attempts = Attempts.open(files, options.index().name(), "build-" + subtask);
    Instant from = attempts.cautious() ? Instant.now().plus(CAUTION) : Instant.MIN;
    EncodingMetrics unreported = new EncodingMetrics(new UnregisteredMetricsGroup());
    SegmentRebuilder rebuilder =
        new SegmentRebuilder(options, storage, versions, merging, deadLetters, unreported);
    return new RecodingBuilder(merging, rebuilder, versions, from, metrics::encodedAgain);
  }

  @Override
  public void processElement(SegmentPlan plan, Context context, Collector<Publication> out)
      throws Exception {
    try {
      UnpublishedSegment segment = builder.build(plan);
      metrics.built(segment.built());
      out.collect(new Publication.Segment(segment));
    } catch (RecodingLaterException e) {
      metrics.abandoned();
      LOG.warn("Segment {} is not built yet: {}", plan.uuid(), e.getMessage());
    } catch (FileNotFoundException | CorruptSegmentException | UnreadableInputException e) {
      metrics.abandoned();
      abandon(plan, e);
    }
  }

  /** What a plan without new rows would replace stays, so nothing is to be handed out. */
  private void abandon(SegmentPlan plan, Exception cause) throws IOException {
    if (plan.shards().isEmpty()) {
      LOG.error(
          "Segment {} is not built, what it would replace over fragments {} stays",
          plan.uuid(),
          plan.coverage(),
          cause);
      return;
    }
    LOG.error(
        "Segment {} is not built, its fragments {} will be handed out again",
        plan.uuid(),
        plan.fragments(),
        cause);
    if (cause instanceof UnreadableInputException) {
      probe.setAsideUnreadable(plan.coverage());
    }
  }

  @Override
  public void close() throws Exception {
    if (builder != null) {
      builder.close();
    }
    if (versions != null) {
      versions.close();
    }
    if (attempts != null) {
      attempts.close();
    }
  }
}
