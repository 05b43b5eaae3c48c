package dev.freshet.job.oracle;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.lance.Fragment;
import org.lance.fragment.DataFile;
import org.lance.fragment.DeletionFile;
import org.lance.index.Index;

/** No file that a version names is gone. */
final class FileInvariant {

  private FileInvariant() {}

  /**
   * Files of a version that are not there.
   *
   * @param known files that were looked for already; those of this version are added
   */
  static List<String> violations(StoredTable table, Set<Path> known) {
    List<String> wrong = new ArrayList<>();
    for (Path file : files(table)) {
      if (known.add(file) && !Files.exists(file)) {
        wrong.add("version " + table.dataset().version() + " names " + file + ", which is gone");
      }
    }
    return wrong;
  }

  private static List<Path> files(StoredTable table) {
    List<Path> files = new ArrayList<>();
    for (Index segment : table.dataset().getIndexes()) {
      files.add(table.file(segment, "index.idx"));
      files.add(table.file(segment, "auxiliary.idx"));
    }
    for (Fragment fragment : table.dataset().getFragments()) {
      for (DataFile data : fragment.metadata().getFiles()) {
        files.add(table.path().resolve("data").resolve(data.getPath()));
      }
      Optional.ofNullable(fragment.metadata().getDeletionFile())
          .ifPresent(deletions -> files.add(deletionFile(table, fragment.getId(), deletions)));
    }
    return files;
  }

  private static Path deletionFile(StoredTable table, int fragment, DeletionFile file) {
    String suffix =
        switch (file.getFileType()) {
          case ARRAY -> "arrow";
          case BITMAP -> "bin";
        };
    return table
        .path()
        .resolve("_deletions")
        .resolve(
            String.format(
                Locale.ROOT,
                "%d-%d-%s.%s",
                fragment,
                file.getReadVersion(),
                Long.toUnsignedString(file.getId()),
                suffix));
  }
}
