package dev.freshet.job;

import java.time.Duration;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.state.rocksdb.sstmerge.RocksDBManualCompactionOptions;

/**
 * What the rules of the stream's state demand of Flink, wherever the stream is a job of its own.
 *
 * <p>RocksDB keeps one file of timers for each checkpoint, as they never overlap, and each of them
 * open: hundreds after minutes. So small files are merged.
 *
 * <p>Records are few and each is sent at once: else every stage has a thread that wakes ten times a
 * second to send what is waiting.
 *
 * <p>A stream without work is what discovery calls a backlog, as Flink takes fewer checkpoints
 * then.
 *
 * <p>Checkpoints are unaligned, but begin as if they were aligned. Flink 2.3 lets the request for a
 * checkpoint that begins unaligned overtake the work that the reader was handed out before: if the
 * reader is busy then, its snapshot is without that work, and discovery's counts it as handed out.
 * A job that is restored from such a checkpoint has lost it.
 */
final class RequiredSettings {

  private static final Duration MERGE_OF_FILES = Duration.ofMinutes(1);
  private static final Duration QUIET_INTERVAL = Duration.ofMinutes(1);

  /** The shortest after which a checkpoint that has begun aligned goes on unaligned. */
  private static final Duration ALIGNMENT = Duration.ofMillis(1);

  private RequiredSettings() {}

  /**
   * @param interval between checkpoints
   */
  static void addTo(Configuration flink, Duration interval) {
    flink.set(PipelineOptions.GENERIC_TYPES, false);
    flink.set(PipelineOptions.OBJECT_REUSE, true);
    flink.set(PipelineOptions.MAX_PARALLELISM, IndexPipeline.KEY_GROUPS);
    flink.set(CheckpointingOptions.ENABLE_UNALIGNED, true);
    flink.set(CheckpointingOptions.ALIGNED_CHECKPOINT_TIMEOUT, ALIGNMENT);
    flink.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, interval);
    flink.set(
        CheckpointingOptions.CHECKPOINTING_INTERVAL_DURING_BACKLOG,
        interval.compareTo(QUIET_INTERVAL) > 0 ? interval : QUIET_INTERVAL);
    flink.set(RocksDBManualCompactionOptions.MIN_INTERVAL, MERGE_OF_FILES);
    flink.set(ExecutionOptions.BUFFER_TIMEOUT, Duration.ZERO);
  }
}
