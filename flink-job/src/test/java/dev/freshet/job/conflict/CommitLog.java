package dev.freshet.job.conflict;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
  private static final Pattern AGAIN =
      Pattern.compile("(Segments? .*) (is decided|are to be rewritten) again");
  private static final String NOT_COMPACTED = "are not compacted: ";

  private int publishConflicts;
  private int compactionConflicts;
  private final Map<String, Integer> conflicts = new HashMap<>();

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
    String line = event.getMessage().getFormattedMessage();
    Matcher again = AGAIN.matcher(line);
    if (again.lookingAt()) {
      publishConflicts++;
      if (again.group(2).equals("is decided")) {
        conflicts.merge(again.group(1), 1, Integer::sum);
      }
    } else if (line.contains(NOT_COMPACTED)) {
      compactionConflicts++;
    }
  }

  /** The most conflicts that the publish of one segment has run into. */
  synchronized int mostConflicts() {
    return conflicts.values().stream().mapToInt(Integer::intValue).max().orElse(0);
  }

  /** Publishes that another writer won. */
  synchronized int publishConflicts() {
    return publishConflicts;
  }

  /** Compactions that another writer won. */
  synchronized int compactionConflicts() {
    return compactionConflicts;
  }

  @Override
  public void close() {
    LoggerContext context = (LoggerContext) LogManager.getContext(false);
    context.getConfiguration().removeLogger(COMMITTER);
    context.updateLoggers();
    stop();
  }
}
