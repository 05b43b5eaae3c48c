package dev.freshet.operators.assemble;

import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.operators.options.StreamOptions;
import dev.freshet.state.model.SegmentPlan;
import dev.freshet.state.model.UnpublishedSegment;
import dev.freshet.vector.format.IndexStorage;
import java.io.IOException;
import java.util.UUID;

/** Makes the segment of a plan; who does it depends on the index type. */
public interface SegmentBuilder extends AutoCloseable {

  /**
   * Builds the segment, unpublished, with the rows that are live in a version.
   *
   * <p>A directory of the plan's uuid that exists already, left by an attempt that was cut off, is
   * not touched: the segment then gets a fresh uuid.
   */
  UnpublishedSegment build(DatasetHandle dataset, SegmentPlan plan) throws IOException;

  /** The same of the latest version. */
  UnpublishedSegment build(SegmentPlan plan) throws IOException;

  @Override
  void close() throws IOException;

  /** The uuid, or a fresh one if an attempt that was cut off has begun to write under it. */
  static UUID unused(IndexStorage storage, UUID planned) throws IOException {
    return storage.size(planned) == 0 ? planned : UUID.randomUUID();
  }

  /** The builder for the stream's index type. */
  static SegmentBuilder of(StreamOptions options, IndexStorage storage) {
    return switch (options.index().type().builder()) {
      case FRESHET -> new MergingBuilder(options, storage);
      case LANCE -> new LanceBuilder(options, storage);
    };
  }
}
