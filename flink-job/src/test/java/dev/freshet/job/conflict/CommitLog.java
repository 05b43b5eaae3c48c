package dev.freshet.job.conflict;

import java.util.List;
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
  private static final List<String> AGAIN =
      List.of("is decided again", "are to be rewritten again");
  private static final String NOT_COMPACTED = "are not compacted: ";

  private int publishConflicts;
  private int compactionConflicts;
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
    String line = event.getMessage().getFormattedMessage();
    if (AGAIN.stream().anyMatch(line::contains)) {
      publishConflicts++;
      conflicts++;
      mostConflicts = Math.max(mostConflicts, conflicts);
    } else if (line.contains(PUBLISHED) || line.contains(NOT_PUBLISHED)) {
      conflicts = 0;
    } else if (line.contains(NOT_COMPACTED)) {
      compactionConflicts++;
    }
  }

  /** The most conflicts that the commit of one segment has run into. */
  synchronized int mostConflicts() {
    return mostConflicts;
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
