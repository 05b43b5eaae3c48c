package dev.freshet.job;

import java.time.Duration;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.state.rocksdb.sstmerge.RocksDBManualCompactionOptions;

/**
 * What the rules of the stream's state demand of Flink, wherever the stream is a job of its own.
 *
 * <p>RocksDB keeps one file of timers for each checkpoint, as they never overlap, and each of them
 * open: hundreds after minutes. So small files are merged.
 */
final class RequiredSettings {

  private static final Duration MERGE_OF_FILES = Duration.ofMinutes(1);

  private RequiredSettings() {}

  static void addTo(Configuration flink) {
    flink.set(PipelineOptions.GENERIC_TYPES, false);
    flink.set(PipelineOptions.OBJECT_REUSE, true);
    flink.set(PipelineOptions.MAX_PARALLELISM, IndexPipeline.KEY_GROUPS);
    flink.set(CheckpointingOptions.ENABLE_UNALIGNED, true);
    flink.set(RocksDBManualCompactionOptions.MIN_INTERVAL, MERGE_OF_FILES);
  }
}
