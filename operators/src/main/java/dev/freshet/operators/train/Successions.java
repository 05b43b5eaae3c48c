package dev.freshet.operators.train;

import dev.freshet.lance.dataset.DatasetFiles;
import dev.freshet.operators.options.StorageAccess;
import dev.freshet.operators.options.StreamOptions;
import dev.freshet.operators.storage.OwnFiles;
import dev.freshet.operators.storage.RequestCounter;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Which models have taken the place of which, by their {@link
 * dev.freshet.vector.quantizer.IvfModel#origin origins}: a file for each that has, beside the
 * dataset, of the version of its form in the first line, the last fragment that there was in the
 * second and an origin in each further one.
 *
 * <p>A file is written before its model is, so whoever sees the model finds the file. If it is lost
 * the models stand beside each other, as those of two writers do.
 */
public final class Successions {

  private static final String VERSION = "1";

  private final DatasetFiles files;

  public Successions(DatasetFiles files) {
    this.files = files;
  }

  /** Those of a stream's dataset. */
  public static Successions of(StreamOptions options) {
    return new Successions(StorageAccess.datasetFiles(options.location(), RequestCounter.NONE));
  }

  /**
   * Keeps that a model, which is not stored yet, takes the place of others.
   *
   * @param lastFragment the highest number of a fragment by then
   */
  public void put(String successor, int lastFragment, Collection<String> origins)
      throws IOException {
    if (origins.isEmpty() || origins.contains(successor)) {
      throw new IllegalArgumentException(
          "A model takes the place of others, not " + successor + " that of " + origins);
    }
    String content = VERSION + "\n" + lastFragment + "\n" + String.join("\n", origins) + "\n";
    files.write(path(successor), content.getBytes(StandardCharsets.UTF_8));
  }

  /** Whose place a model has taken, and whose place those had; empty if nothing is kept of it. */
  public Set<String> replacedBy(String successor) throws IOException {
    Set<String> replaced = new LinkedHashSet<>();
    Deque<String> open = new ArrayDeque<>(List.of(successor));
    while (!open.isEmpty()) {
      for (String origin : read(open.pop())) {
        if (replaced.add(origin)) {
          open.push(origin);
        }
      }
    }
    return replaced;
  }

  /** The last fragment that there was when a model took the place of others; empty if unknown. */
  public OptionalInt lastFragment(String successor) throws IOException {
    List<String> lines = lines(successor);
    try {
      return lines.isEmpty() ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(lines.get(1)));
    } catch (NumberFormatException e) {
      return OptionalInt.empty();
    }
  }

  private List<String> read(String successor) throws IOException {
    List<String> lines = lines(successor);
    return lines.isEmpty() ? lines : lines.subList(2, lines.size());
  }

  /** Empty if there is no file, or one of another form. */
  private List<String> lines(String successor) throws IOException {
    try {
      String content = new String(files.read(path(successor)), StandardCharsets.UTF_8);
      List<String> lines = content.lines().toList();
      return lines.size() > 2 && lines.get(0).equals(VERSION) ? lines : List.of();
    } catch (FileNotFoundException e) {
      return List.of();
    }
  }

  private static String path(String successor) {
    return OwnFiles.MODELS + "/" + successor + ".replaced";
  }
}
