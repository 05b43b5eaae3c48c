package dev.freshet.state.protocol;

import dev.freshet.state.model.LogicalIndex;
import dev.freshet.state.model.ModelReference;
import java.io.IOException;
import java.util.Optional;
import java.util.UUID;

/** A table and the segments stored beside it, for the one that publishes its index. */
public interface IndexTable {

  /** Opens the latest version; the caller closes it. */
  TableVersion latest() throws IOException;

  /** The same right after a commit, whatever else has come there: it must be looked at. */
  TableVersion afterCommit() throws IOException;

  /**
   * The model of a segment; none if the index has no vectors.
   *
   * @throws UnreadableSegmentException if the segment cannot be read
   */
  Optional<ModelReference> modelOf(UUID segment) throws IOException;

  /** Whether a collection of garbage might take the segment away while it is published. */
  boolean isAlmostGarbage(UUID segment) throws IOException;

  /** Forgets what it remembers of segments that are committed no more. */
  void retain(LogicalIndex committed);
}
