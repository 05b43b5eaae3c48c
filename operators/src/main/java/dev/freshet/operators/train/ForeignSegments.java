package dev.freshet.operators.train;

import dev.freshet.lance.commit.TextParameters;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.manifest.Namesake;
import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.IndexKind;
import dev.freshet.state.model.IndexSpec;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.LogicalIndex;
import dev.freshet.state.model.Metric;
import dev.freshet.state.model.ScalarType;
import dev.freshet.vector.format.CorruptSegmentException;
import dev.freshet.vector.format.IndexStorage;
import dev.freshet.vector.format.IndexedRows;
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

  private record Kind(IndexKind type, Optional<Metric> metric) {

    static Kind of(IndexSpec index) {
      return index instanceof IndexSpec.Vector vectors
          ? new Kind(vectors.type(), Optional.of(vectors.metric()))
          : new Kind(index.type(), Optional.empty());
    }
  }

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
    refuse(index, Namesake.difference(dataset, wanted));
    if (wanted.type() == ScalarType.INVERTED) {
      refuse(index, TextParameters.unknown(dataset, wanted.name()));
    }
    Optional<UnsupportedSegmentException> refused = find(index, wanted.type());
    if (refused.isPresent()) {
      throw new SuppressRestartsException(
          new IOException(
              message(index.name(), storage.datasetUri(), refused.get()), refused.get()));
    }
    Kind kind = Kind.of(wanted);
    refuse(
        index,
        supported.values().stream()
            .flatMap(Optional::stream)
            .filter(other -> !other.equals(kind))
            .map(
                other ->
                    "is of type "
                        + other.type()
                        + other.metric().map(metric -> " and metric " + metric).orElse(""))
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
                  + ". Start the stream with the options of that index, or drop it and let it be"
                  + " built anew, or give another index name"));
    }
  }

  /** Takes a segment for supported, as this job has written it. */
  public void trust(UUID segment) {
    supported.put(segment, Optional.empty());
  }

  /**
   * The first segment of an index of vectors that is not supported. One that cannot be read is not
   * judged here.
   */
  public Optional<UnsupportedSegmentException> find(LogicalIndex index) throws IOException {
    return find(index, IndexType.IVF_FLAT);
  }

  private Optional<UnsupportedSegmentException> find(LogicalIndex index, IndexKind type)
      throws IOException {
    supported.keySet().retainAll(index.segments().stream().map(CommittedSegment::uuid).toList());
    for (CommittedSegment segment : index.segments()) {
      if (!supported.containsKey(segment.uuid())) {
        try {
          supported.put(segment.uuid(), Optional.of(kindOf(segment.uuid(), type)));
        } catch (UnsupportedSegmentException e) {
          return Optional.of(e);
        } catch (CorruptSegmentException | FileNotFoundException e) {
          LOG.warn("Segment {} of index {} cannot be read", segment.uuid(), index.name(), e);
        }
      }
    }
    return Optional.empty();
  }

  /**
   * @param type of the wanted index: only vectors are told apart by what the segment says
   */
  private Kind kindOf(UUID segment, IndexKind type) throws IOException {
    if (type instanceof IndexType) {
      IvfModel model = SegmentReader.open(storage, segment).model();
      return new Kind(model.type(), Optional.of(model.metric()));
    }
    IndexedRows.open(storage, segment, type);
    return new Kind(type, Optional.empty());
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
