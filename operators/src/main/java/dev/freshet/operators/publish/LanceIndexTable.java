package dev.freshet.operators.publish;

import dev.freshet.lance.dataset.DatasetFiles;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.manifest.ManifestReader;
import dev.freshet.state.garbage.GarbageKind;
import dev.freshet.state.garbage.GarbagePolicy;
import dev.freshet.state.model.LogicalIndex;
import dev.freshet.state.model.ModelReference;
import dev.freshet.state.protocol.IndexTable;
import dev.freshet.state.protocol.TableVersion;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A dataset and its {@code _indices/}, as the publisher needs them. */
record LanceIndexTable(PublishContext context) implements IndexTable {

  private static final Logger LOG = LoggerFactory.getLogger(LanceIndexTable.class);

  /**
   * @throws org.apache.flink.runtime.execution.SuppressRestartsException if what has the index's
   *     name there must be left alone
   */
  @Override
  public TableVersion latest() throws IOException {
    return at(context.versions().latest());
  }

  @Override
  public TableVersion afterCommit() throws IOException {
    DatasetHandle dataset = context.versions().latest();
    return LanceTableVersion.of(
        context, dataset, () -> ManifestReader.read(dataset, context.index()));
  }

  /** The same of a version that the caller has opened. */
  TableVersion at(DatasetHandle dataset) throws IOException {
    return LanceTableVersion.of(context, dataset, () -> context.manifest(dataset));
  }

  @Override
  public Optional<ModelReference> modelOf(UUID segment) throws IOException {
    return Unreadable.unless(() -> context.models().modelOf(segment));
  }

  @Override
  public boolean isAlmostGarbage(UUID segment) throws IOException {
    Instant now = Instant.now();
    boolean old =
        context.files().list("_indices/" + segment).stream()
            .map(DatasetFiles.Entry::modified)
            .max(Instant::compareTo)
            .filter(time -> !GarbagePolicy.DEFAULT.mayPublish(GarbageKind.SEGMENT, time, now))
            .isPresent();
    if (old) {
      LOG.warn("Segment {} is so old that it may be collected as garbage", segment);
    }
    return old;
  }

  @Override
  public void retain(LogicalIndex committed) {
    context.entries().retain(committed.segments());
  }
}
