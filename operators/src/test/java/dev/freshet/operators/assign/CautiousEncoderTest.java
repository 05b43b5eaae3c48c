package dev.freshet.operators.assign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.lance.dataset.LocalDatasetFiles;
import dev.freshet.operators.RecordedMetrics;
import dev.freshet.operators.metrics.EncodingMetrics;
import dev.freshet.operators.quarantine.Attempts;
import dev.freshet.operators.quarantine.DeadLetters;
import dev.freshet.operators.quarantine.MortalFiles;
import dev.freshet.operators.wire.EncodedPart;
import dev.freshet.state.model.AssignTask;
import dev.freshet.state.model.ModelReference;
import dev.freshet.state.model.RowCounts;
import dev.freshet.state.model.RowRange;
import dev.freshet.state.model.ShardTask;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CautiousEncoderTest {

  private static final String INDEX = "vec_idx";
  private static final int ROWS = 10;
  private static final int DEADLY = 1;
  private static final Duration STALL = Duration.ofMinutes(10);

  @TempDir Path dataset;

  private final RecordedMetrics metrics = new RecordedMetrics();

  /** One life of the process: dies at the deadly fragment, if it reads it. */
  private final class Life implements RangeEncoder, AutoCloseable {

    private final MortalFiles files = new MortalFiles(new LocalDatasetFiles(dataset));
    private final Attempts attempts;
    private final CautiousEncoder encoder;

    private Life() throws IOException {
      this(Duration.ZERO);
    }

    /**
     * @param later how far the clock is ahead
     */
    private Life(Duration later) throws IOException {
      attempts = Attempts.open(files, INDEX, "assign-0");
      encoder =
          new CautiousEncoder(
              this,
              attempts,
              new DeadLetters(files, INDEX),
              new EncodingMetrics(metrics.group()),
              STALL,
              Clock.offset(Clock.systemUTC(), later));
    }

    @Override
    public EncodedPart encode(AssignTask assigned) {
      List<RowRange> ranges = assigned.task().ranges();
      if (ranges.stream().anyMatch(range -> range.fragment() == DEADLY)) {
        files.die();
        throw new IllegalStateException("the process dies");
      }
      return EncodedPart.of(ranges, new RowCounts((long) ROWS * ranges.size(), 0, 0), List.of());
    }

    @Override
    public void close() throws IOException {
      attempts.close();
    }
  }

  @Test
  void theDeadlyFragmentIsSetAsideAndTheRestIsRead() throws IOException {
    int deaths = 0;
    EncodedPart part = EncodedPart.of(List.of(), RowCounts.ZERO, List.of());
    while (part.ranges().isEmpty()) {
      try (Life life = new Life()) {
        part = life.encoder.encode(task(0, 1, 2));
      } catch (IllegalStateException e) {
        deaths++;
        assertThat(deaths).as("deaths").isLessThanOrEqualTo(CautiousEncoder.MAX_DEATHS + 2);
      }
    }
    assertThat(deaths).isEqualTo(CautiousEncoder.MAX_DEATHS + 2);
    assertThat(part.ranges()).containsExactly(range(0), range(2));
    assertThat(part.counts()).isEqualTo(new RowCounts(2 * ROWS, 0, 0));
    assertThat(metrics.count("fragmentsUnreadable")).isEqualTo(1);
    assertThat(new DeadLetters(new LocalDatasetFiles(dataset), INDEX).list())
        .satisfiesExactly(
            letter -> {
              assertThat(letter.fragment()).isEqualTo(DEADLY);
              assertThat(letter.reason()).isEqualTo("3 processes died while they read it");
            });

    try (Life life = new Life()) {
      assertThat(life.encoder.encode(task(1)).ranges()).as("alone, after a restart").isEmpty();
      assertThat(life.encoder.encode(task(3, 1, 4)).ranges()).containsExactly(range(3), range(4));
    }
  }

  /** The processes may have died of something else. */
  @Test
  void isTriedAgainAfterLongerAndLongerTimes() throws IOException {
    for (int deaths = 0; deaths < CautiousEncoder.MAX_DEATHS + 2; deaths++) {
      dies(Duration.ZERO);
    }
    Duration retry = STALL.multipliedBy(2);
    for (int deaths = 0; deaths < 3; deaths++) {
      survives(retry.minusMinutes(1));
      dies(retry.plusMinutes(1));
      retry = retry.multipliedBy(2);
    }
    survives(retry.minusMinutes(1));
  }

  private void dies(Duration later) throws IOException {
    try (Life life = new Life(later)) {
      assertThatThrownBy(() -> life.encoder.encode(task(DEADLY))).hasMessage("the process dies");
    }
  }

  private void survives(Duration later) throws IOException {
    try (Life life = new Life(later)) {
      assertThat(life.encoder.encode(task(DEADLY)).ranges()).isEmpty();
    }
  }

  @Test
  void aFailureIsNoDeath() throws IOException {
    Attempts.open(new LocalDatasetFiles(dataset), INDEX, "assign-0"); // dies
    for (int i = 0; i < 10; i++) {
      try (Attempts attempts = Attempts.open(new LocalDatasetFiles(dataset), INDEX, "assign-0")) {
        CautiousEncoder encoder =
            new CautiousEncoder(
                assigned -> {
                  throw new IOException("the disk is full");
                },
                attempts,
                new DeadLetters(new LocalDatasetFiles(dataset), INDEX),
                new EncodingMetrics(metrics.group()),
                STALL,
                Clock.systemUTC());
        assertThatThrownBy(() -> encoder.encode(task(0)))
            .isInstanceOf(IOException.class)
            .hasMessage("the disk is full");
        assertThat(attempts.earlier("task-0-000000000000004d-0")).isZero();
      }
    }
  }

  private static AssignTask task(int... fragments) {
    List<RowRange> ranges =
        java.util.Arrays.stream(fragments).mapToObj(CautiousEncoderTest::range).toList();
    return new AssignTask(
        new ShardTask("1-0", 1, 0, 1, ranges),
        Optional.of(new ModelReference("m", new UUID(1, 2))));
  }

  private static RowRange range(int fragment) {
    return new RowRange(fragment, 0, ROWS, ROWS, 77);
  }
}
