package dev.freshet.operators.quarantine;

import dev.freshet.lance.dataset.DatasetFiles;
import dev.freshet.lance.dataset.DatasetFiles.Entry;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts attempts that began and never ended, because the process died: Lance's native side aborts
 * it on some malformed files.
 *
 * <p>A file {@code <name>.<count>} stands for each attempt from before it begins until it has ended
 * in whatever way a living process can tell. To spare the files where nothing has ever died, one
 * stands for the whole session of an owner; only an owner that finds its last session unfinished,
 * or any single attempt, is {@link #cautious}, and counts single attempts. Not thread-safe.
 */
public final class Attempts implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Attempts.class);
  private static final String SESSION = "session-";

  /**
   * Attempts that never ended.
   *
   * @param last when the last one began, by the clock of the store
   */
  private record Unfinished(int count, Instant last) {}

  private final DatasetFiles files;
  private final String directory;
  private final String session;
  private final Map<String, Unfinished> unfinished = new HashMap<>();
  private final boolean cautious;

  private Attempts(DatasetFiles files, String index, String owner) throws IOException {
    this.files = files;
    this.directory = QuarantineFiles.attempts(index);
    this.session = SESSION + owner;
    for (Entry file : files.list(directory)) {
      int dot = file.name().lastIndexOf('.');
      if (dot > 0 && file.name().substring(dot + 1).matches("\\d{1,4}")) {
        int count = Integer.parseInt(file.name().substring(dot + 1));
        unfinished.merge(
            file.name().substring(0, dot),
            new Unfinished(count, file.modified()),
            (one, other) -> one.count() > other.count() ? one : other);
      }
    }
    this.cautious =
        earlier(session) > 0
            || unfinished.keySet().stream().anyMatch(name -> !name.startsWith(SESSION));
  }

  /**
   * Begins a session.
   *
   * @param owner the stage and the number of its subtask
   */
  public static Attempts open(DatasetFiles files, String index, String owner) throws IOException {
    Attempts attempts = new Attempts(files, index, owner);
    if (!attempts.cautious) {
      attempts.begin(attempts.session);
    }
    return attempts;
  }

  /** Whether the last session of this owner ended with its process, or single attempts did. */
  public boolean cautious() {
    return cautious;
  }

  /** Attempts of that name that began and never ended. */
  public int earlier(String name) {
    return Optional.ofNullable(unfinished.get(name)).map(Unfinished::count).orElse(0);
  }

  /** When the last of them began; empty if there are none. */
  public Optional<Instant> last(String name) {
    return Optional.ofNullable(unfinished.get(name)).map(Unfinished::last);
  }

  /** To be called before whatever the process may not survive. */
  public void begin(String name) throws IOException {
    int count = earlier(name) + 1;
    files.write(file(name, count), new byte[1]);
    if (count > 1) {
      files.delete(file(name, count - 1));
    }
    unfinished.put(name, new Unfinished(count, Instant.now()));
  }

  /** The process has survived, so nothing is held against that name any more. */
  public void end(String name) throws IOException {
    if (earlier(name) > 0) {
      files.delete(file(name, earlier(name)));
      unfinished.remove(name);
    }
  }

  private String file(String name, int count) {
    return directory + "/" + name + "." + count;
  }

  /**
   * Ends the session; what was found deadly stays counted. If storage fails, the next session is
   * cautious: an exception here would cost the whole TaskManager, as a task that fails is closed.
   */
  @Override
  public void close() {
    try {
      end(session);
    } catch (IOException e) {
      LOG.warn("The next session of {} will be cautious, as this one cannot be ended", session, e);
    }
  }
}
