package dev.freshet.operators.garbage;

import dev.freshet.lance.dataset.DatasetFiles;
import dev.freshet.lance.dataset.DatasetFiles.Entry;
import dev.freshet.lance.dataset.ParallelReads;
import dev.freshet.state.garbage.StoredObject;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Which transactions are Freshet's own.
 *
 * <p>Found by the texts in the files, which protobuf stores as they are: Lance's own call to read a
 * transaction ends the process if it is one that Java does not know, like that of a new branch.
 */
final class Transactions {

  private static final String OURS = "freshet.";
  private static final Pattern NAME = Pattern.compile("\\d+-[0-9a-f-]{36}\\.txn");

  private final DatasetFiles files;

  Transactions(DatasetFiles files) {
    this.files = files;
  }

  /** Whether Freshet made the commit of a manifest. */
  boolean madeByUs(String manifest) throws IOException {
    Matcher matcher = NAME.matcher(text(manifest));
    return matcher.find() && isOurs("_transactions/" + matcher.group());
  }

  /** Those of many transactions that carry Freshet's properties. */
  Set<StoredObject> ours(Collection<StoredObject> transactions) throws IOException {
    Set<String> ours = ConcurrentHashMap.newKeySet();
    ParallelReads.read(
        files,
        transactions.stream()
            .map(one -> new Entry(one.path(), false, one.bytes(), one.modified()))
            .toList(),
        () ->
            (file, bytes) -> {
              if (text(bytes).contains(OURS)) {
                ours.add(file.path());
              }
            });
    return transactions.stream()
        .filter(one -> ours.contains(one.path()))
        .collect(Collectors.toSet());
  }

  private boolean isOurs(String transaction) throws IOException {
    return text(transaction).contains(OURS);
  }

  /** Nothing if the file was removed meanwhile. */
  private String text(String path) throws IOException {
    try {
      return text(files.read(path));
    } catch (FileNotFoundException e) {
      return "";
    }
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
