package dev.freshet.lance.dataset;

import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.lance.Dataset;

/**
 * A version beside the main line, for a look at it.
 *
 * <p>Closing it removes the two files that Lance wrote for it and that its cleanup leaves behind:
 * the manifest, {@code _versions/d<number>.manifest} with the number as unsigned, and the
 * transaction, {@code _transactions/<read version>-<transaction uuid>.txn}.
 */
public final class DetachedVersion implements AutoCloseable {

  private static final Pattern MANIFEST = Pattern.compile("d(\\d+)\\.manifest");

  private final DatasetHandle handle;
  private final String transactionFile;
  private final DatasetFiles files;

  public DetachedVersion(DatasetHandle handle, String transactionFile, DatasetFiles files) {
    this.handle = handle;
    this.transactionFile = transactionFile;
    this.files = files;
  }

  /** The number of the detached version whose manifest has that file name, if it is one. */
  public static Optional<Long> number(String manifest) {
    Matcher matcher = MANIFEST.matcher(manifest);
    return matcher.matches()
        ? Optional.of(Long.parseUnsignedLong(matcher.group(1)))
        : Optional.empty();
  }

  /** Reads a detached version, unless it is gone. */
  public static void read(DatasetHandle handle, long version, Consumer<Dataset> reader) {
    try (DatasetHandle detached = LanceDatasets.openBeside(handle, version)) {
      reader.accept(detached.dataset());
    } catch (MissingDatasetException e) {
      return; // its owner has removed it
    }
  }

  /** The open version; it is closed with this. */
  public DatasetHandle handle() {
    return handle;
  }

  @Override
  public void close() throws IOException {
    String manifest = "_versions/d" + Long.toUnsignedString(handle.version()) + ".manifest";
    handle.close();
    files.delete(manifest);
    files.delete(transactionFile);
  }
}
