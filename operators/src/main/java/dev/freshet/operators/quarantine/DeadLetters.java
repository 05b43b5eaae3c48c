package dev.freshet.operators.quarantine;

import dev.freshet.lance.dataset.DatasetFiles;
import dev.freshet.lance.dataset.DatasetFiles.Entry;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The dead letters of one index, a file each: {@code <fragment>-<fingerprint>}, with the time in
 * its first line and the reason in its second.
 */
public final class DeadLetters {

  private static final Pattern NAME = Pattern.compile("(\\d{1,9})-([0-9a-f]{16})");

  private final DatasetFiles files;
  private final String directory;

  public DeadLetters(DatasetFiles files, String index) {
    this.files = files;
    this.directory = QuarantineFiles.deadLetters(index);
  }

  /** Writes a letter, over an earlier one of the same fragment. */
  public void put(DeadLetter letter) throws IOException {
    String name = String.format("%d-%016x", letter.fragment(), letter.fingerprint());
    String content = letter.since() + "\n" + letter.reason() + "\n";
    files.write(directory + "/" + name, content.getBytes(StandardCharsets.UTF_8));
  }

  /** All letters, those of fragments that were read since or are gone too. */
  public List<DeadLetter> list() throws IOException {
    List<DeadLetter> letters = new ArrayList<>();
    for (Entry file : files.list(directory)) {
      Matcher matcher = NAME.matcher(file.name());
      if (matcher.matches()) {
        read(file, matcher).ifPresent(letters::add);
      }
    }
    return letters;
  }

  private Optional<DeadLetter> read(Entry file, Matcher name) throws IOException {
    try {
      List<String> lines =
          new String(files.read(file.path()), StandardCharsets.UTF_8).lines().toList();
      return Optional.of(
          new DeadLetter(
              Integer.parseInt(name.group(1)),
              Long.parseUnsignedLong(name.group(2), 16),
              Instant.parse(lines.isEmpty() ? "" : lines.get(0)),
              lines.size() < 2 ? "" : lines.get(1)));
    } catch (FileNotFoundException | DateTimeException e) {
      return Optional.empty(); // removed meanwhile, or not one of ours
    }
  }
}
