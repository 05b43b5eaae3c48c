package dev.freshet.bench.work;

import dev.freshet.operators.options.FreshetOptions;
import dev.freshet.operators.options.StreamOptions;
import dev.freshet.vector.format.IndexStorage;
import dev.freshet.vector.format.SegmentReader;
import dev.freshet.vector.quantizer.IvfModel;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import org.apache.flink.configuration.Configuration;

/** The model that both systems are given: the only segment of a dataset that is not indexed yet. */
final class GivenModel {

  private GivenModel() {}

  /** Has a stream take it. */
  static void give(Configuration config) throws IOException {
    UUID segment = segment(StreamOptions.from(config).indexStorage());
    config.set(FreshetOptions.MODEL_SEGMENT, segment.toString());
  }

  static IvfModel read(IndexStorage storage) throws IOException {
    return SegmentReader.open(storage, segment(storage)).model();
  }

  private static UUID segment(IndexStorage storage) throws IOException {
    List<UUID> segments = storage.list();
    if (segments.size() != 1) {
      throw new IOException(
          storage.datasetUri() + " has " + segments.size() + " segments, not that of a model");
    }
    return segments.get(0);
  }
}
