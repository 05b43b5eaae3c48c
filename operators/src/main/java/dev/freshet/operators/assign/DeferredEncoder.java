package dev.freshet.operators.assign;

import dev.freshet.operators.metrics.EncodingMetrics;
import dev.freshet.operators.quarantine.DeadLetter;
import dev.freshet.operators.quarantine.DeadLetters;
import dev.freshet.operators.wire.EncodedPart;
import dev.freshet.state.model.AssignTask;
import dev.freshet.state.model.RowCounts;
import dev.freshet.state.model.RowRange;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/**
 * For the types that Lance builds: names the rows and reads nothing, as Lance will read them.
 *
 * <p>Fragments that a build failed for are left out, and tried again after {@link #RETRY}.
 */
final class DeferredEncoder implements RangeEncoder {

  static final Duration RETRY = Duration.ofHours(1);

  private final DeadLetters deadLetters;
  private final EncodingMetrics metrics;
  private final Clock clock;

  DeferredEncoder(DeadLetters deadLetters, EncodingMetrics metrics, Clock clock) {
    this.deadLetters = deadLetters;
    this.metrics = metrics;
    this.clock = clock;
  }

  @Override
  public EncodedPart encode(AssignTask assigned) throws IOException {
    List<DeadLetter> recent =
        deadLetters.list().stream()
            .filter(letter -> letter.since().plus(RETRY).isAfter(clock.instant()))
            .toList();
    List<RowRange> ranges =
        assigned.task().ranges().stream().filter(range -> !isNamed(range, recent)).toList();
    for (int left = ranges.size(); left < assigned.task().ranges().size(); left++) {
      metrics.unreadable();
    }
    long rows = ranges.stream().mapToLong(RowRange::rows).sum();
    return EncodedPart.of(ranges, new RowCounts(rows, 0, 0), List.of());
  }

  private static boolean isNamed(RowRange range, List<DeadLetter> letters) {
    return letters.stream()
        .anyMatch(
            letter ->
                letter.fragment() == range.fragment()
                    && letter.fingerprint() == range.fingerprint());
  }
}
