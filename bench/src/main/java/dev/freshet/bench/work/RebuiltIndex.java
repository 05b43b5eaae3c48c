package dev.freshet.bench.work;

import dev.freshet.bench.process.Usage;
import dev.freshet.operators.options.StreamOptions;
import java.io.IOException;
import org.apache.flink.configuration.Configuration;

/** Freshet trains and builds an index anew each time, over a copy of a table that has none. */
final class RebuiltIndex implements Upkeep {

  private final FreshetJob freshet;
  private final Scratch scratch;
  private final IndexShape index;

  /**
   * @param scratch whose copy of the run is the table
   */
  RebuiltIndex(FreshetJob freshet, Scratch scratch, IndexShape index) {
    this.freshet = freshet;
    this.scratch = scratch;
    this.index = index;
  }

  @Override
  public Kept keep() throws Exception {
    Configuration config = index.options(scratch.copyOfRun().toString());
    StreamOptions options = StreamOptions.from(config);
    long before = bytes(options);
    Usage usage = Usage.start();
    freshet.once(config, 0);
    return Kept.now(options, usage, before);
  }

  private static long bytes(StreamOptions options) throws IOException {
    return IndexFiles.in(options.indexStorage()).bytes();
  }
}
