package dev.freshet.operators.publish;

import dev.freshet.lance.commit.CompactionResult;
import dev.freshet.lance.commit.DatasetCompaction;
import dev.freshet.lance.dataset.ArrowBudget;
import dev.freshet.lance.dataset.DatasetFiles;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.manifest.DatasetVersions;
import dev.freshet.operators.metrics.PublishMetrics;
import dev.freshet.operators.options.StreamOptions;
import dev.freshet.state.model.CommitOutcome;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one commit that swaps rewritten fragments in and remaps the segments over them. It opens the
 * dataset itself, as it may outlast the task that began it.
 */
record FragmentSwap(
    StreamOptions options, DatasetFiles files, PublishMetrics metrics, CompactionResult result)
    implements Runnable {

  private static final Logger LOG = LoggerFactory.getLogger(FragmentSwap.class);

  @Override
  public void run() {
    try (DatasetVersions versions = new DatasetVersions(options.location(), ArrowBudget.MANIFEST);
        DatasetHandle dataset = versions.latest()) {
      CommitOutcome outcome = DatasetCompaction.commit(dataset, files, List.of(result));
      if (outcome instanceof CommitOutcome.Committed committed) {
        metrics.compacted();
        LOG.info("Compacted fragments {} in version {}", result.replaced(), committed.version());
      } else {
        metrics.conflict();
        LOG.info("Fragments {} are not compacted: {}", result.replaced(), outcome);
      }
    }
  }
}
