package dev.freshet.lance.write;

import dev.freshet.lance.dataset.DatasetFiles;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.lance.FragmentMetadata;

/**
 * Fragments whose files are in storage and that no version names yet.
 *
 * @param metadata Lance's description of each; ids are given when they are committed
 */
public record WrittenFragments(List<FragmentMetadata> metadata) {

  private static final String DATA = "data";

  public WrittenFragments {
    metadata = List.copyOf(metadata);
  }

  /** The fragments of several writers, in their order. */
  public static WrittenFragments union(List<WrittenFragments> parts) {
    return new WrittenFragments(parts.stream().flatMap(part -> part.metadata().stream()).toList());
  }

  public boolean isEmpty() {
    return metadata.isEmpty();
  }

  public int count() {
    return metadata.size();
  }

  public long rows() {
    return metadata.stream().mapToLong(FragmentMetadata::getPhysicalRows).sum();
  }

  /** The data files, relative to the dataset. */
  public Stream<String> files() {
    return metadata.stream()
        .flatMap(fragment -> fragment.getFiles().stream())
        .map(file -> DATA + "/" + file.getPath());
  }

  /** The data files that are not in storage, which Lance would commit all the same. */
  public List<String> missing(DatasetFiles files) throws IOException {
    Set<String> stored =
        files.list(DATA).stream().map(DatasetFiles.Entry::path).collect(Collectors.toSet());
    return files().filter(file -> !stored.contains(file)).toList();
  }

  /** Removes the files; to be called only while nobody else knows of them. */
  public void delete(DatasetFiles files) throws IOException {
    for (String file : files().toList()) {
      files.delete(file);
    }
  }
}
