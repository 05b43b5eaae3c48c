package dev.freshet.state.protocol;

import dev.freshet.state.model.Coverage;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** A compaction whose fragments are written, and that no version names yet. */
public interface Rewrite {

  /** The fragments that it replaces. */
  Coverage replaced();

  /** Whether an earlier compaction that was waited for in vain is still under way. */
  boolean isBlocked();

  /** Its files that are gone, or so old that a collection of garbage may take them. */
  List<String> lostFiles() throws IOException;

  /**
   * Swaps the fragments in and remaps the segments over them, or gives up against another writer.
   *
   * @return whether it has ended within the limit
   */
  boolean swap(Duration limit) throws IOException;
}
