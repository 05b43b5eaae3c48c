package dev.freshet.operators.lance;

import java.io.IOException;

/**
 * A version beside the main line, for a look at it.
 *
 * <p>Closing it removes the two files that Lance wrote for it and that its cleanup leaves behind:
 * the manifest, {@code _versions/d<number>.manifest} with the number as unsigned, and the
 * transaction, {@code _transactions/<read version>-<transaction uuid>.txn}.
 */
public final class DetachedVersion implements AutoCloseable {

  private final DatasetHandle handle;
  private final String transactionFile;
  private final DatasetFiles files;

  DetachedVersion(DatasetHandle handle, String transactionFile, DatasetFiles files) {
    this.handle = handle;
    this.transactionFile = transactionFile;
    this.files = files;
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
