package dev.freshet.bench.work;

import dev.freshet.bench.process.Usage;
import dev.freshet.job.EmbeddedJob;
import dev.freshet.operators.options.StreamOptions;
import java.io.IOException;
import java.util.Optional;
import org.apache.flink.configuration.Configuration;

/** Freshet builds an index, and then keeps it by a stream that runs until it is closed. */
final class StreamedIndex implements Upkeep, AutoCloseable {

  private final FreshetJob freshet;
  private final Configuration config;
  private final StreamOptions options;
  private Optional<EmbeddedJob> stream = Optional.empty();
  private long bytes;

  StreamedIndex(FreshetJob freshet, Configuration config) throws IOException {
    this.freshet = freshet;
    this.config = config;
    this.options = StreamOptions.from(config);
    this.bytes = IndexFiles.in(options.indexStorage()).bytes();
  }

  @Override
  public Kept keep() throws Exception {
    Usage usage = Usage.start();
    if (stream.isEmpty()) {
      freshet.once(config, 0);
      stream = Optional.of(freshet.stream(config));
    }
    new Quiet(options, stream.get()).await();
    Kept kept = Kept.now(options, usage, bytes);
    bytes += kept.bytesWritten();
    return kept;
  }

  @Override
  public void close() throws IOException {
    if (stream.isPresent()) {
      stream.get().close();
    }
  }
}
