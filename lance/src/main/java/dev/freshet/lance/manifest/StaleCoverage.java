package dev.freshet.lance.manifest;

import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.LanceErrors;
import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.Coverage;
import java.util.Optional;
import org.lance.index.Index;

/**
 * Tells what a segment covers though it holds what was there before.
 *
 * <p>Lance takes a fragment whose vectors are rewritten in place off the coverage of what is
 * committed, but lets a segment be committed over one that was rewritten since the version that its
 * author read. So a covered fragment whose vectors are in another file than in that version was
 * rewritten in between, however long ago that was.
 */
public final class StaleCoverage {

  private StaleCoverage() {}

  /**
   * The fragments that a committed segment of an index covers wrongly; none if the version that its
   * author read was cleaned up.
   *
   * @param field id of the vector column's field
   */
  public static Coverage of(
      DatasetHandle handle, String index, CommittedSegment segment, int field) {
    Optional<Long> read =
        ManifestReader.segments(handle, index).stream()
            .filter(one -> one.uuid().equals(segment.uuid()))
            .map(Index::datasetVersion)
            .filter(version -> version > 0 && version < handle.version())
            .findFirst();
    if (read.isEmpty()) {
      return Coverage.empty();
    }
    try (DatasetHandle past =
        new DatasetHandle(handle.location(), handle.dataset().checkoutVersion(read.get()))) {
      Coverage covered = segment.coverage();
      return rewritten(
          FieldFiles.of(past, covered), FieldFiles.of(handle, covered), covered, field);
    } catch (RuntimeException e) {
      if (LanceErrors.isNotFound(e)) {
        return Coverage.empty();
      }
      throw e;
    }
  }

  private static Coverage rewritten(
      FieldFiles before, FieldFiles now, Coverage coverage, int field) {
    return Coverage.of(
        coverage.stream()
            .filter(fragment -> before.fragments().contains(fragment))
            .filter(fragment -> now.fragments().contains(fragment))
            .filter(fragment -> before.fieldsRewrittenIn(now, fragment).contains(field)));
  }
}
