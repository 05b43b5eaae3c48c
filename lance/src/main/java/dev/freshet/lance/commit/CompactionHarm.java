package dev.freshet.lance.commit;

import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.read.HiddenRows;
import dev.freshet.state.model.Coverage;
import java.io.IOException;
import java.util.Optional;

/** Tells what a compaction by Lance would cost readers, without an error. */
public final class CompactionHarm {

  private CompactionHarm() {}

  /**
   * Why some fragments must not be compacted, and what to do instead; empty if they may be.
   *
   * @param own name of the index whose owner asks
   * @throws IOException if row ids cannot be read
   */
  public static Optional<String> of(DatasetHandle handle, String own, Coverage fragments)
      throws IOException {
    Optional<String> harmed = FragileIndexes.harmedBy(handle, own, fragments);
    if (harmed.isPresent()) {
      return Optional.of(
          "index " + harmed.get() + " would answer worse; compact them and rebuild that index");
    }
    return HiddenRows.wouldHide(handle, fragments)
        ? Optional.of(
            "readers with Lance 7 would miss rows that were updated; compact them once all readers"
                + " have Lance 12")
        : Optional.empty();
  }
}
