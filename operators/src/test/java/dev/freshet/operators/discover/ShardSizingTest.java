package dev.freshet.operators.discover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.operators.TestOptions;
import dev.freshet.operators.options.FreshetOptions;
import dev.freshet.operators.options.StreamOptions;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.planning.ShardPolicy;
import org.apache.flink.configuration.MemorySize;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShardSizingTest {

  private static final int ROW_OVERHEAD = 12;

  @ParameterizedTest
  @CsvSource({
    "IVF_FLAT, 3084", // 768 floats
    "IVF_SQ, 780",
    "IVF_PQ, 109", // 96 sub-vectors and one more
    "IVF_HNSW_PQ, 12",
    "IVF_HNSW_SQ, 12",
    "IVF_RQ, 12"
  })
  void shardBytesBoundTheRows(IndexType type, int rowBytes) {
    StreamOptions options =
        TestOptions.of(
            config -> {
              config.set(FreshetOptions.INDEX_TYPE, type.name());
              config.set(FreshetOptions.SHARD_ROWS, Long.MAX_VALUE);
              config.set(FreshetOptions.SHARD_BYTES, new MemorySize(100L * rowBytes + 1));
            });
    assertThat(ShardSizing.policy(options, 768).targetRows()).isEqualTo(100);
    assertThat(rowBytes).isGreaterThanOrEqualTo(ROW_OVERHEAD);
  }

  @Test
  void shardRowsAreKeptWhereTheyFit() {
    StreamOptions options = TestOptions.of(config -> config.set(FreshetOptions.SHARD_ROWS, 5_000L));
    ShardPolicy policy = ShardSizing.policy(options, 768);
    assertThat(policy.targetRows()).isEqualTo(5_000);
    assertThat(policy.taskRows()).as("a task is no larger than its shard").isEqualTo(5_000);
    assertThat(policy.builder()).isEqualTo(IndexType.Builder.FRESHET);
  }

  @ParameterizedTest
  @CsvSource({
    "8, 500000",
    "128, 262144",
    "768, 43690",
    "1536, 21845",
    "50000, 1024",
    "100000, 671"
  })
  void tasksAreOfAboutEqualWork(int dimension, long rows) {
    StreamOptions options =
        TestOptions.of(
            config -> config.set(FreshetOptions.SHARD_BYTES, MemorySize.ofMebiBytes(1 << 20)));
    assertThat(ShardSizing.policy(options, dimension).taskRows()).isEqualTo(rows);
  }

  @ParameterizedTest
  @CsvSource({"8, 500000", "128, 500000", "768, 87381", "1536, 43690", "100000, 671"})
  void shardsOfWideVectorsHaveFewerRows(int dimension, long rows) {
    StreamOptions options =
        TestOptions.of(
            config -> config.set(FreshetOptions.SHARD_BYTES, MemorySize.ofMebiBytes(1 << 20)));
    assertThat(ShardSizing.policy(options, dimension).targetRows()).isEqualTo(rows);
  }

  @Test
  void aTaskOfLargeCodesHasFewerRows() {
    StreamOptions options =
        TestOptions.of(config -> config.set(FreshetOptions.INDEX_TYPE, "IVF_FLAT"));
    assertThat(ShardSizing.policy(options, 128).taskRows()).isEqualTo((32 << 20) / (4 * 128 + 12));
  }

  @Test
  void aShardHasAtLeastOneRow() {
    StreamOptions options =
        TestOptions.of(config -> config.set(FreshetOptions.SHARD_BYTES, new MemorySize(1)));
    ShardPolicy policy = ShardSizing.policy(options, 768);
    assertThat(policy.targetRows()).isEqualTo(1);
    assertThat(policy.taskRows()).isEqualTo(1);
  }

  @Test
  void aSegmentCostsAsMuchAsTheRowsOfItsModelAndCommit() {
    int commit = 64 << 10;
    assertThat(worth("IVF_PQ", 128, 65_536))
        .isEqualTo((commit + 2 * 256 * 128 * 4) / (12 + 128 / 8 + 1));
    assertThat(worth("IVF_FLAT", 128, 65_536)).isEqualTo((commit + 256 * 128 * 4) / (12 + 128 * 4));
    assertThat(worth("BTREE", 1, 65_536)).isEqualTo(commit / 12);
    assertThat(worth("IVF_HNSW_SQ", 128, 65_536)).isEqualTo(worth("IVF_SQ", 128, 65_536));
    assertThat(worth("IVF_HNSW_PQ", 128, 65_536)).isEqualTo(worth("IVF_PQ", 128, 65_536));
  }

  private static long worth(String type, int width, long rows) {
    StreamOptions options = TestOptions.of(config -> config.set(FreshetOptions.INDEX_TYPE, type));
    return ShardSizing.worthRows(options, width, rows);
  }

  @Test
  void rowsInFlightAreBoundedUnlessTheStreamEnds() {
    StreamOptions stream = TestOptions.of(config -> {});
    StreamOptions once = TestOptions.of(config -> config.set(FreshetOptions.ONCE, true));
    assertThat(ShardSizing.policy(stream, 8).maxRowsInFlight())
        .isEqualTo(ShardPolicy.DEFAULT_MAX_ROWS_IN_FLIGHT);
    assertThat(ShardSizing.policy(once, 8).maxRowsInFlight()).isEqualTo(Long.MAX_VALUE);
    assertThat(ShardSizing.unbounded(stream, 8).maxRowsInFlight()).isEqualTo(Long.MAX_VALUE);
  }
}
