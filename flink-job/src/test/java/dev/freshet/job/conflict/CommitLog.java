package dev.freshet.job.conflict;

import java.util.Map;
import java.util.TreeMap;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.config.Property;

/** What the committer of the stream says of its attempts: it makes one commit after the other. */
final class CommitLog extends AbstractAppender implements AutoCloseable {

  private static final String COMMITTER = "dev.freshet.operators.publish";
  private static final String PUBLISHED = "Published segment";
  private static final String NOT_PUBLISHED = "is not published";
  private static final String AGAIN = "is decided again";
  private static final String NOT_COMPACTED = "are not compacted: {}";

  private final Map<String, Integer> lines = new TreeMap<>();
  private int conflicts;
  private int mostConflicts;

  private CommitLog() {
    super("commits", null, null, true, Property.EMPTY_ARRAY);
  }

  /** Listens until it is closed. */
  static CommitLog open() {
    CommitLog log = new CommitLog();
    log.start();
    LoggerContext context = (LoggerContext) LogManager.getContext(false);
    LoggerConfig logger = new LoggerConfig(COMMITTER, Level.INFO, false);
    logger.addAppender(log, Level.INFO, null);
    context.getConfiguration().addLogger(COMMITTER, logger);
    context.updateLoggers();
    return log;
  }

  @Override
  public synchronized void append(LogEvent event) {
    String line = event.getMessage().getFormat();
    lines.merge(line, 1, Integer::sum);
    if (line.contains(AGAIN)) {
      conflicts++;
      mostConflicts = Math.max(mostConflicts, conflicts);
    } else if (line.contains(PUBLISHED) || line.contains(NOT_PUBLISHED)) {
      conflicts = 0;
    }
  }

  /** The most conflicts that the commit of one segment has run into. */
  synchronized int mostConflicts() {
    return mostConflicts;
  }

  /** Segments that were published. */
  int published() {
    return count(PUBLISHED);
  }

  /** Publishes that another writer won. */
  int publishConflicts() {
    return count(AGAIN);
  }

  /** Compactions that another writer won. */
  int compactionConflicts() {
    return count(NOT_COMPACTED);
  }

  private synchronized int count(String part) {
    return lines.entrySet().stream()
        .filter(line -> line.getKey().contains(part))
        .mapToInt(Map.Entry::getValue)
        .sum();
  }

  @Override
  public void close() {
    LoggerContext context = (LoggerContext) LogManager.getContext(false);
    context.getConfiguration().removeLogger(COMMITTER);
    context.updateLoggers();
    stop();
  }
}
