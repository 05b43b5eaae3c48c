package dev.freshet.job;

import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;

/**
 * What the rules of the stream's state demand of Flink, wherever the stream is a job of its own.
 */
final class RequiredSettings {

  private RequiredSettings() {}

  static void addTo(Configuration flink) {
    flink.set(PipelineOptions.GENERIC_TYPES, false);
    flink.set(PipelineOptions.OBJECT_REUSE, true);
    flink.set(PipelineOptions.MAX_PARALLELISM, IndexPipeline.KEY_GROUPS);
    flink.set(CheckpointingOptions.ENABLE_UNALIGNED, true);
  }
}
