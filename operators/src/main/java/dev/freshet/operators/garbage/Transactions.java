package dev.freshet.operators.garbage;

import dev.freshet.lance.dataset.DatasetFiles;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which transactions are Freshet's own.
 *
 * <p>Found by the texts in the files, which protobuf stores as they are: Lance's own call to read a
 * transaction ends the process if it is one that Java does not know, like that of a new branch.
 */
final class Transactions {

  private static final String OURS = "freshet.";
  private static final Pattern NAME = Pattern.compile("\\d+-([0-9a-f-]{36})\\.txn");

  private final DatasetFiles files;

  Transactions(DatasetFiles files) {
    this.files = files;
  }

  /** The uuid in the name of a transaction's file, if it is one. */
  static Optional<String> uuid(String file) {
    Matcher matcher = NAME.matcher(file);
    return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  /** Whether Freshet made the commit of a manifest. */
  boolean madeByUs(String manifest) throws IOException {
    Matcher matcher = NAME.matcher(text(manifest));
    return matcher.find() && isOurs("_transactions/" + matcher.group());
  }

  /** Whether a transaction carries Freshet's properties. */
  boolean isOurs(String transaction) throws IOException {
    return text(transaction).contains(OURS);
  }

  /** Nothing if the file was removed meanwhile. */
  private String text(String path) throws IOException {
    try {
      return new String(files.read(path), StandardCharsets.ISO_8859_1);
    } catch (FileNotFoundException e) {
      return "";
    }
  }
}
