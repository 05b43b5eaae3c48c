package dev.freshet.job;

import dev.freshet.operators.options.FreshetOptions;
import dev.freshet.operators.options.OptionTable;
import dev.freshet.operators.options.S3Options;

/** The page {@code docs/CONFIGURATION.md}: every option of the stream, read from the code. */
public final class ConfigurationPage {

  private ConfigurationPage() {}

  /** The page, in Markdown. */
  public static String markdown() {
    return String.format(
        """
        # Configuration

        Written by `./freshet options > docs/CONFIGURATION.md`; a test compares it with the code.

        A duration is written like `500 ms`, `10 s` or `1 h`, a size like `64 mb`, a map like `key:value,key:value`.

        ## The stream

        `dataset` and `vector.column` must be given; of an index that exists `index.name` is enough, as column, type and metric are its own. On a cluster the options are the arguments of `dev.freshet.job.StreamJob`, as `--key value`. In Flink SQL those that concern a table are in its `WITH` clause, where `path` takes the place of `dataset`. `./freshet run` has shorter names for the ones most used (`./freshet run --help`); `--set key=value` sets any other.

        %s
        ## S3

        They stand in Flink's configuration, or are given to `./freshet` as `--storage-option key=value`. Flink's S3 file system reads them too, and more of its own. [OPERATIONS.md](OPERATIONS.md) says where credentials come from.

        %s
        ## Flink

        The job sets what its state depends on: `pipeline.generic-types: false`, `pipeline.object-reuse: true`, `pipeline.max-parallelism: %d`, `execution.checkpointing.unaligned.enabled: true`, `execution.checkpointing.aligned-checkpoint-timeout: 1 ms`. It has RocksDB merge its small files, and sends each record at once: `state.backend.rocksdb.manual-compaction.min-interval: 1 min`, `execution.buffer-timeout.interval: 0 ms`. `execution.checkpointing.interval` is a fifth of `freshness`, from 200 ms to 5 s, unless the cluster sets it. After half a minute without work there are fewer: `execution.checkpointing.interval-during-backlog: 1 min`, or the interval if that is longer. All else is the cluster's: `docker/config.yaml` is a start.
        """,
        OptionTable.markdown(FreshetOptions.class),
        OptionTable.markdown(S3Options.class),
        IndexPipeline.KEY_GROUPS);
  }
}
