package dev.freshet.operators.assign;

import dev.freshet.operators.metrics.EncodingMetrics;
import dev.freshet.operators.quarantine.Attempts;
import dev.freshet.operators.quarantine.DeadLetter;
import dev.freshet.operators.quarantine.DeadLetters;
import dev.freshet.operators.wire.EncodedPart;
import dev.freshet.state.model.AssignTask;
import dev.freshet.state.model.RowCounts;
import dev.freshet.state.model.RowRange;
import dev.freshet.state.model.ShardTask;
import dev.freshet.vector.quantizer.EncodedBlock;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Quarantines fragments that crash the process when they are read.
 *
 * <p>A task that a process died of is read one range at a time, and a range that {@link
 * #MAX_DEATHS} processes died of is left out like one that cannot be read. So a malformed file
 * costs {@link #MAX_DEATHS} + 2 restarts, of which the first two find the task.
 *
 * <p>They may have died of something else. So it is tried again, after twice the time after which
 * work is handed out again, and after each death twice as long as before.
 */
final class CautiousEncoder implements RangeEncoder {

  static final int MAX_DEATHS = 3;

  private static final int MAX_DOUBLINGS = 10;

  private static final Logger LOG = LoggerFactory.getLogger(CautiousEncoder.class);

  private final RangeEncoder encoder;
  private final Attempts attempts;
  private final DeadLetters deadLetters;
  private final EncodingMetrics metrics;
  private final Duration stallTimeout;
  private final Clock clock;

  CautiousEncoder(
      RangeEncoder encoder,
      Attempts attempts,
      DeadLetters deadLetters,
      EncodingMetrics metrics,
      Duration stallTimeout,
      Clock clock) {
    this.encoder = encoder;
    this.attempts = attempts;
    this.deadLetters = deadLetters;
    this.metrics = metrics;
    this.stallTimeout = stallTimeout;
    this.clock = clock;
  }

  @Override
  public EncodedPart encode(AssignTask assigned) throws IOException {
    if (!attempts.cautious()) {
      return encoder.encode(assigned);
    }
    String task = "task-" + name(assigned.task().ranges().get(0));
    if (attempts.earlier(task) > 0
        || assigned.task().ranges().stream().anyMatch(range -> deaths(range) > 0)) {
      EncodedPart part = oneByOne(assigned);
      attempts.end(task);
      return part;
    }
    return attempt(task, assigned);
  }

  private EncodedPart attempt(String name, AssignTask assigned) throws IOException {
    attempts.begin(name);
    try {
      return encoder.encode(assigned);
    } finally {
      attempts.end(name);
    }
  }

  private int deaths(RowRange range) {
    return attempts.earlier("range-" + name(range));
  }

  private EncodedPart oneByOne(AssignTask assigned) throws IOException {
    List<RowRange> read = new ArrayList<>();
    List<EncodedBlock> blocks = new ArrayList<>();
    RowCounts counts = RowCounts.ZERO;
    for (RowRange range : assigned.task().ranges()) {
      Optional<EncodedPart> part = tryOne(assigned, range);
      if (part.isPresent()) {
        read.addAll(part.get().ranges());
        blocks.addAll(part.get().blocks());
        counts = counts.plus(part.get().counts());
      }
    }
    return EncodedPart.of(read, counts, blocks);
  }

  private Optional<EncodedPart> tryOne(AssignTask assigned, RowRange range) throws IOException {
    Optional<Instant> retry = asideUntil(range);
    if (retry.filter(clock.instant()::isBefore).isPresent()) {
      setAside(range, retry.get());
      return Optional.empty();
    }
    return Optional.of(attempt("range-" + name(range), only(assigned, range)));
  }

  /** Empty if too few processes died of it. */
  private Optional<Instant> asideUntil(RowRange range) {
    int more = deaths(range) - MAX_DEATHS;
    return more < 0
        ? Optional.empty()
        : attempts
            .last("range-" + name(range))
            .map(last -> last.plus(stallTimeout.multipliedBy(2L << Math.min(more, MAX_DOUBLINGS))));
  }

  private void setAside(RowRange range, Instant retry) throws IOException {
    metrics.unreadable();
    String reason = deaths(range) + " processes died while they read it";
    deadLetters.put(new DeadLetter(range.fragment(), range.fingerprint(), clock.instant(), reason));
    LOG.error("Fragment {} is set aside until {}: {}", range.fragment(), retry, reason);
  }

  private static AssignTask only(AssignTask assigned, RowRange range) {
    ShardTask task = assigned.task();
    return new AssignTask(
        new ShardTask(task.shard(), task.version(), task.index(), task.count(), List.of(range)),
        assigned.model());
  }

  /** The rows themselves, whichever shard they are in: a repeated hand-out makes another one. */
  private static String name(RowRange range) {
    return String.format("%d-%016x-%d", range.fragment(), range.fingerprint(), range.offset());
  }
}
