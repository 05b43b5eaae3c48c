package dev.freshet.bench.work;

import dev.freshet.bench.process.Measurement;
import dev.freshet.bench.process.Usage;
import dev.freshet.operators.options.StreamOptions;
import java.io.IOException;

/** A way to keep an index of a table up to date. */
interface Upkeep {

  /**
   * An index that is up to date.
   *
   * @param options that name it and where it is
   * @param used for that
   * @param bytesWritten of index files since it was up to date last
   */
  record Kept(StreamOptions options, Measurement used, long bytesWritten) {

    /**
     * One that is up to date now.
     *
     * @param usage of the time that it took
     * @param before bytes of all index files in storage when it was up to date last
     */
    static Kept now(StreamOptions options, Usage usage, long before) throws IOException {
      Measurement used = usage.end(0);
      return new Kept(options, used, IndexFiles.in(options.indexStorage()).bytes() - before);
    }
  }

  /** Brings the index up to date after the table has changed; builds it first. */
  Kept keep() throws Exception;
}
