package dev.freshet.operators.assign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.operators.RecordedMetrics;
import dev.freshet.operators.lance.LocalDatasetFiles;
import dev.freshet.operators.metrics.EncodingMetrics;
import dev.freshet.operators.quarantine.Attempts;
import dev.freshet.operators.quarantine.DeadLetter;
import dev.freshet.operators.quarantine.DeadLetters;
import dev.freshet.operators.quarantine.MortalFiles;
import dev.freshet.state.model.AssignTask;
import dev.freshet.state.model.ModelReference;
import dev.freshet.state.model.RowCounts;
import dev.freshet.state.model.RowRange;
import dev.freshet.state.model.ShardTask;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CautiousEncoderTest {

  private static final String INDEX = "vec_idx";
  private static final int ROWS = 10;
  private static final int DEADLY = 1;
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  @TempDir Path dataset;

  private final RecordedMetrics metrics = new RecordedMetrics();

  /** One life of the process: dies at the deadly fragment, if it reads it. */
  private final class Life implements RangeEncoder, AutoCloseable {

    private final MortalFiles files = new MortalFiles(new LocalDatasetFiles(dataset));
    private final Attempts attempts;
    private final CautiousEncoder encoder;

    private Life() throws IOException {
      attempts = Attempts.open(files, INDEX, "assign-0");
      encoder =
          new CautiousEncoder(
              this,
              attempts,
              new DeadLetters(files, INDEX),
              new EncodingMetrics(metrics.group()),
              Clock.fixed(NOW, ZoneOffset.UTC));
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
        .containsExactly(new DeadLetter(DEADLY, 77, NOW, "3 processes died while they read it"));

    try (Life life = new Life()) {
      assertThat(life.encoder.encode(task(1)).ranges()).as("alone, after a restart").isEmpty();
      assertThat(life.encoder.encode(task(3, 1, 4)).ranges()).containsExactly(range(3), range(4));
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
        new ShardTask("1-0", 1, 0, 1, ranges), new ModelReference("m", new UUID(1, 2)));
  }

  private static RowRange range(int fragment) {
    return new RowRange(fragment, 0, ROWS, ROWS, 77);
  }
}
