package dev.freshet.lance.commit;

import dev.freshet.state.model.Coverage;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.lance.FragmentMetadata;
import org.lance.compaction.CompactionMetrics;
import org.lance.fragment.DataFile;

/**
 * Fragments that one compaction task wrote and that are in no manifest yet.
 *
 * @param version the manifest version it read
 * @param targetRows rows that a rewritten fragment aims at
 * @param original fragments that it read, as Lance describes them
 * @param rewritten fragments that it wrote; their ids are given at the commit
 * @param rowAddresses Lance's serialized set of the rows it read; empty with stable row ids
 */
public record CompactionResult(
    long version,
    long targetRows,
    List<FragmentMetadata> original,
    List<FragmentMetadata> rewritten,
    CompactionMetrics metrics,
    Optional<byte[]> rowAddresses) {

  /** Where data files are, in the dataset. */
  public static final String DIRECTORY = "data";

  public CompactionResult {
    Objects.requireNonNull(metrics, "metrics");
    Objects.requireNonNull(rowAddresses, "rowAddresses");
    original = List.copyOf(original);
    rewritten = List.copyOf(rewritten);
    if (original.isEmpty()) {
      throw new IllegalArgumentException("A compaction result names the fragments it read");
    }
  }

  /** Names of the data files that it wrote, in {@link #DIRECTORY}. */
  public List<String> fileNames() {
    return rewritten.stream()
        .flatMap(fragment -> fragment.getFiles().stream())
        .map(DataFile::getPath)
        .toList();
  }

  /** The fragments it replaces. */
  public Coverage replaced() {
    return Coverage.of(original.stream().mapToInt(FragmentMetadata::getId));
  }
}
