package dev.freshet.operators.maintenance;

import dev.freshet.lance.commit.DatasetCompaction;
import dev.freshet.lance.dataset.ArrowBudget;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.manifest.DatasetVersions;
import dev.freshet.operators.options.StreamOptions;
import dev.freshet.operators.wire.Publication;
import dev.freshet.state.model.CompactionGroup;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the new fragments of a group. A group that cannot be rewritten is left as it is: nothing
 * depends on it, and discovery proposes it again.
 */
final class FragmentRewriter implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(FragmentRewriter.class);

  private final DatasetVersions versions;

  FragmentRewriter(StreamOptions options) {
    this.versions = new DatasetVersions(options.location(), ArrowBudget.MANIFEST);
  }

  Optional<Publication> rewrite(CompactionGroup group) {
    try {
      DatasetHandle dataset = versions.at(group.version());
      if (isLost(dataset, group)) {
        LOG.info("Fragments {} are not compacted: they are others by now", group.fragments());
        return Optional.empty();
      }
      return Optional.of(new Publication.Compaction(DatasetCompaction.execute(dataset, group)));
    } catch (Exception e) { // also an IOException that is not declared
      LOG.warn("Fragments {} are not compacted", group.fragments(), e);
      return Optional.empty();
    }
  }

  /** Whether another writer changed fragments, so that the commit would be refused. */
  private boolean isLost(DatasetHandle dataset, CompactionGroup group) {
    try (DatasetHandle latest = versions.latest()) {
      return !latest.fragments(group.fragments()).equals(dataset.fragments(group.fragments()));
    }
  }

  @Override
  public void close() {
    versions.close();
  }
}
