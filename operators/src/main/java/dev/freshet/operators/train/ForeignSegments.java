package dev.freshet.operators.train;

import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.manifest.Namesake;
import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.IndexSpec;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.LogicalIndex;
import dev.freshet.state.model.Metric;
import dev.freshet.vector.format.CorruptSegmentException;
import dev.freshet.vector.format.IndexStorage;
import dev.freshet.vector.format.SegmentReader;
import dev.freshet.vector.format.UnsupportedSegmentException;
import dev.freshet.vector.quantizer.IvfModel;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the job over a segment of another writer that the Lance of this program reads wrongly, or
 * that is of another index under the name of the stream's, before it is queried, replaced or
 * withdrawn. Remembers the segments that it has looked at, as they never change. Not thread-safe.
 */
public final class ForeignSegments {

  private static final Logger LOG = LoggerFactory.getLogger(ForeignSegments.class);

  private final IndexStorage storage;

  /** What the segments are that it has looked at; empty of those that this job has written. */
  private final Map<UUID, Optional<Kind>> supported = new HashMap<>();

  private record Kind(IndexType type, Metric metric) {}

  public ForeignSegments(IndexStorage storage) {
    this.storage = storage;
  }

  /**
   * Looks at the index of the stream's name, and at the segments that are new to it.
   *
   * @param dataset the version that has the index
   * @throws SuppressRestartsException if it is another one, or a segment is not supported: trying
   *     again would not help
   */
  public void refuse(DatasetHandle dataset, IndexSpec wanted, LogicalIndex index)
      throws IOException {
    if (index.segments().isEmpty()) {
      return;
    }
    refuse(index, Namesake.difference(dataset, index.name(), dataset.column(wanted.column())));
    Optional<UnsupportedSegmentException> refused = find(index);
    if (refused.isPresent()) {
      throw new SuppressRestartsException(
          new IOException(
              message(index.name(), storage.datasetUri(), refused.get()), refused.get()));
    }
    Kind kind = new Kind(wanted.type(), wanted.metric());
    refuse(
        index,
        supported.values().stream()
            .flatMap(Optional::stream)
            .filter(other -> !other.equals(kind))
            .map(other -> "is of type " + other.type() + " and metric " + other.metric())
            .findFirst());
  }

  private void refuse(LogicalIndex index, Optional<String> difference) {
    if (difference.isPresent()) {
      throw new SuppressRestartsException(
          new IOException(
              "Index "
                  + index.name()
                  + " of "
                  + storage.datasetUri()
                  + " is left as it is, for it is not the one of this stream any more: it "
                  + difference.get()
                  + ". Drop it and let it be built anew, or give another index name"));
    }
  }

  /** Takes a segment for supported, as this job has written it. */
  public void trust(UUID segment) {
    supported.put(segment, Optional.empty());
  }

  /** The first segment that is not supported. One that cannot be read is not judged here. */
  public Optional<UnsupportedSegmentException> find(LogicalIndex index) throws IOException {
    supported.keySet().retainAll(index.segments().stream().map(CommittedSegment::uuid).toList());
    for (CommittedSegment segment : index.segments()) {
      if (!supported.containsKey(segment.uuid())) {
        try {
          IvfModel model = SegmentReader.open(storage, segment.uuid()).model();
          supported.put(segment.uuid(), Optional.of(new Kind(model.type(), model.metric())));
        } catch (UnsupportedSegmentException e) {
          return Optional.of(e);
        } catch (CorruptSegmentException | FileNotFoundException e) {
          LOG.warn("Segment {} of index {} cannot be read", segment.uuid(), index.name(), e);
        }
      }
    }
    return Optional.empty();
  }

  /** One line that names the index, the segment, the reason and the way out. */
  public static String message(String index, String dataset, UnsupportedSegmentException refused) {
    return "Index "
        + index
        + " of "
        + dataset
        + " is left as it is: "
        + refused.getMessage()
        + ". Keep it fresh with what wrote it, or drop it and let it be built anew, or give another"
        + " index name";
  }
}
