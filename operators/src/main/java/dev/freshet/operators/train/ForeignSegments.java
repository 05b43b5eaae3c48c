package dev.freshet.operators.train;

import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.LogicalIndex;
import dev.freshet.vector.format.CorruptSegmentException;
import dev.freshet.vector.format.IndexStorage;
import dev.freshet.vector.format.SegmentReader;
import dev.freshet.vector.format.UnsupportedSegmentException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the job over a segment of another writer that the Lance of this program reads wrongly,
 * before it is queried, replaced or withdrawn. Remembers the segments that it has looked at, as
 * they never change. Not thread-safe.
 */
public final class ForeignSegments {

  private static final Logger LOG = LoggerFactory.getLogger(ForeignSegments.class);

  private final IndexStorage storage;
  private final Set<UUID> supported = new HashSet<>();

  public ForeignSegments(IndexStorage storage) {
    this.storage = storage;
  }

  /**
   * Looks at the segments that are new to it.
   *
   * @throws SuppressRestartsException if one is not supported: trying again would not help
   */
  public void refuse(LogicalIndex index) throws IOException {
    Optional<UnsupportedSegmentException> refused = find(index);
    if (refused.isPresent()) {
      throw new SuppressRestartsException(
          new IOException(
              message(index.name(), storage.datasetUri(), refused.get()), refused.get()));
    }
  }

  /** Takes a segment for supported, as this job has written it. */
  public void trust(UUID segment) {
    supported.add(segment);
  }

  /** The first segment that is not supported. One that cannot be read is not judged here. */
  public Optional<UnsupportedSegmentException> find(LogicalIndex index) throws IOException {
    supported.retainAll(index.segments().stream().map(CommittedSegment::uuid).toList());
    for (CommittedSegment segment : index.segments()) {
      if (!supported.contains(segment.uuid())) {
        try {
          SegmentReader.open(storage, segment.uuid());
          supported.add(segment.uuid());
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
