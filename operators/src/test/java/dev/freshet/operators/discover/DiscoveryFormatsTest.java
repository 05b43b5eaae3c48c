package dev.freshet.operators.discover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.operators.wire.SerializerContract;
import dev.freshet.operators.wire.Work;
import dev.freshet.operators.wire.WorkFormats;
import dev.freshet.state.model.CompactionGroup;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.RowRange;
import dev.freshet.state.model.ShardTask;
import dev.freshet.state.planning.InFlight;
import dev.freshet.state.protocol.OpenWork;
import dev.freshet.state.protocol.OpenWork.Compacting;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DiscoveryFormatsTest {

  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00.25Z");

  private static final Work INDEX =
      new Work.Index(
          new ShardTask(
              "12-7",
              12,
              1,
              3,
              List.of(new RowRange(5, 65_536, 1_000, 66_536, -2), new RowRange(300, 0, 0, 0))));

  private static final Work COMPACT =
      new Work.Compact(new CompactionGroup(12, Coverage.of(3, 4, 5), 1_048_576));

  private static final DiscoveryState STATE =
      new DiscoveryState(
          new OpenWork(
              new InFlight(
                  List.of(
                      new InFlight.HandedOut(
                          "12-7", List.of(new RowRange(5, 0, 10, 10, 77)), 12, 10, NOON, NOON))),
              List.of(new Compacting(new CompactionGroup(9, Coverage.of(0, 1), 500), NOON)),
              8),
          1_000_000_000_000L,
          List.of(new WorkSplit(3, INDEX), new WorkSplit(4, COMPACT)));

  /** One format, and random values of its type. */
  record Case<T>(String name, SerializerContract<T> contract, Function<Random, T> random) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case<?>> cases() {
    return Stream.of(
        new Case<>(
            "work-index",
            SerializerContract.of("work-index-v1", WorkFormats.WORK, INDEX),
            DiscoveryFormatsTest::work),
        new Case<>(
            "work-compact",
            SerializerContract.of("work-compact-v1", WorkFormats.WORK, COMPACT),
            DiscoveryFormatsTest::work),
        new Case<>(
            "work-recheck",
            SerializerContract.of(
                "work-recheck-v1", WorkFormats.WORK, new Work.Recheck(new UUID(258, -3))),
            DiscoveryFormatsTest::work),
        new Case<>(
            "work-split",
            SerializerContract.of(
                "work-split-v1", DiscoveryFormats.SPLIT, new WorkSplit(300, INDEX)),
            DiscoveryFormatsTest::split),
        new Case<>(
            "discovery-state",
            SerializerContract.of("discovery-state-v1", DiscoveryFormats.STATE, STATE),
            DiscoveryFormatsTest::state));
  }

  @ParameterizedTest
  @MethodSource("cases")
  <T> void bytesAreGolden(Case<T> format) throws IOException {
    format.contract().bytesAreGolden();
  }

  @ParameterizedTest
  @MethodSource("cases")
  <T> void randomValuesComeBack(Case<T> format) throws IOException {
    format.contract().randomValuesComeBack(format.random());
  }

  @ParameterizedTest
  @MethodSource("cases")
  <T> void wrongBytesAreRejected(Case<T> format) {
    format.contract().wrongBytesAreRejected();
  }

  @ParameterizedTest
  @MethodSource("cases")
  <T> void damagedBytesAreContained(Case<T> format) {
    format.contract().damagedBytesAreContained();
  }

  @Test
  void anUnknownKindOfWorkIsRejected() {
    byte[] bytes = WorkFormats.WORK.serialize(INDEX);
    assertThat(bytes[0]).isEqualTo((byte) 1);
    bytes[0] = 9;
    assertThatThrownBy(() -> WorkFormats.WORK.deserialize(1, bytes))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("Unknown kind of work 9");
  }

  private static Work work(Random random) {
    return random.nextBoolean()
        ? new Work.Index(
            new ShardTask("s-" + random.nextInt(), 1 + random.nextInt(99), 0, 1, ranges(random)))
        : new Work.Compact(group(random));
  }

  private static WorkSplit split(Random random) {
    return new WorkSplit(random.nextLong() >>> 1, work(random));
  }

  private static DiscoveryState state(Random random) {
    return new DiscoveryState(
        new OpenWork(
            new InFlight(listOf(random, DiscoveryFormatsTest::handedOut)),
            listOf(random, one -> new Compacting(group(one), instant(one))),
            random.nextLong() >>> 1),
        random.nextLong() >>> 1,
        listOf(random, DiscoveryFormatsTest::split));
  }

  private static InFlight.HandedOut handedOut(Random random) {
    return new InFlight.HandedOut(
        "s", ranges(random), 1 + random.nextInt(99), random.nextInt(99), instant(random), NOON);
  }

  private static CompactionGroup group(Random random) {
    return new CompactionGroup(
        1 + random.nextInt(99),
        Coverage.of(random.nextInt(1000), random.nextInt(1000)),
        1 + random.nextInt(1000));
  }

  private static List<RowRange> ranges(Random random) {
    int rows = 1 + random.nextInt(1000);
    return List.of(
        new RowRange(random.nextInt(1000), 0, rows, rows + 1L, random.nextLong()),
        new RowRange(random.nextInt(1000), 1, rows, rows + 1L, random.nextLong()));
  }

  private static Instant instant(Random random) {
    return Instant.ofEpochSecond(random.nextInt(), random.nextInt(1_000_000_000));
  }

  private static <T> List<T> listOf(Random random, Function<Random, T> element) {
    return IntStream.range(0, random.nextInt(4)).mapToObj(i -> element.apply(random)).toList();
  }
}
