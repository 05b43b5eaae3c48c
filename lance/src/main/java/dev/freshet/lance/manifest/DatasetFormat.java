package dev.freshet.lance.manifest;

import dev.freshet.lance.dataset.DatasetFiles;
import dev.freshet.lance.dataset.ManifestBytes;
import dev.freshet.vector.format.FileFormat;
import dev.freshet.vector.format.FormatSource;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The format of a dataset's data files, as its newest manifest names it, so of the index files that
 * join them. The manifest is read once: only an overwrite of the whole dataset changes the format,
 * and files of the one before stay readable.
 */
public final class DatasetFormat implements FormatSource {

  private static final Pattern MANIFEST = Pattern.compile("(\\d{1,20})\\.manifest");

  /** Digits of a name by which the newest manifest is listed first. */
  private static final int DESCENDING_DIGITS = 20;

  private static final int ATTEMPTS = 3;

  private final DatasetFiles files;
  private Optional<FileFormat> known = Optional.empty();

  public DatasetFormat(DatasetFiles files) {
    this.files = files;
  }

  /** A manifest and the version it is of. */
  private record Named(String path, long version) {}

  @Override
  public synchronized FileFormat format() throws IOException {
    if (known.isEmpty()) {
      known = Optional.of(read());
    }
    return known.get();
  }

  /** Looks again if the newest manifest was cleaned up meanwhile: then there is a newer one. */
  private FileFormat read() throws IOException {
    for (int attempt = 1; ; attempt++) {
      Optional<Named> newest =
          files.list(ManifestBytes.DIRECTORY).stream()
              .flatMap(entry -> named(entry).stream())
              .max(Comparator.comparingLong(Named::version));
      if (newest.isEmpty()) {
        return DEFAULT.format();
      }
      try {
        return parse(files.read(newest.get().path()));
      } catch (FileNotFoundException e) {
        if (attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  /** The manifest, unless the file is that of a detached version or another. */
  private static Optional<Named> named(DatasetFiles.Entry entry) {
    Matcher name = MANIFEST.matcher(entry.name());
    if (!name.matches()) {
      return Optional.empty();
    }
    long number = Long.parseUnsignedLong(name.group(1));
    boolean descending = name.group(1).length() == DESCENDING_DIGITS;
    return Optional.of(new Named(entry.path(), descending ? -1 - number : number));
  }

  /** A manifest that names no format is from before there was another. */
  private static FileFormat parse(byte[] bytes) throws IOException {
    String version = ManifestFile.parse(bytes).storageVersion();
    return FileFormat.ofDataset(version.isEmpty() ? "legacy" : version);
  }
}
