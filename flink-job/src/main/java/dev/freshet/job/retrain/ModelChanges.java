package dev.freshet.job.retrain;

import dev.freshet.job.report.IndexDescription;
import dev.freshet.lance.commit.SuccessorName;
import dev.freshet.operators.options.FreshetOptions;
import dev.freshet.operators.options.StreamOptions;
import dev.freshet.state.model.IndexSpec;
import dev.freshet.vector.quantizer.Quantizer;
import java.util.Objects;
import java.util.Optional;
import org.apache.flink.configuration.Configuration;

/**
 * What a new model has otherwise than the present one. What is not given stays, but for the
 * partitions, which are derived from the rows there are now.
 *
 * @param type of the index, as the options name it
 * @param metric as the options name it
 */
public record ModelChanges(
    Optional<String> type,
    Optional<String> metric,
    Optional<Integer> partitions,
    Optional<Integer> subVectors) {

  public ModelChanges {
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(metric, "metric");
    Objects.requireNonNull(partitions, "partitions");
    Objects.requireNonNull(subVectors, "subVectors");
  }

  /**
   * Options of the job that builds the successor of an index.
   *
   * @param base the dataset, and what else a job needs
   * @throws IllegalArgumentException in one line, if there is no such model
   */
  Configuration successor(Configuration base, IndexDescription present) {
    Configuration config = new Configuration(base);
    config.set(FreshetOptions.COLUMN, present.column());
    config.set(FreshetOptions.INDEX_NAME, SuccessorName.of(present.name()));
    config.set(FreshetOptions.INDEX_TYPE, type.orElse(present.model().type().name()));
    config.set(FreshetOptions.ONCE, true);
    config.set(FreshetOptions.COMPACTION, false); // is the stream's, and would keep commits waiting
    config.removeConfig(FreshetOptions.MODEL_SEGMENT);
    config.removeConfig(FreshetOptions.KEEP_FOR);
    config.removeConfig(FreshetOptions.INDEX_PARTITIONS);
    config.removeConfig(FreshetOptions.INDEX_SUB_VECTORS);
    config.removeConfig(FreshetOptions.INDEX_METRIC);
    if (!(StreamOptions.from(config).index() instanceof IndexSpec.Vector)) {
      throw new IllegalArgumentException(
          "An index of vectors cannot become " + config.get(FreshetOptions.INDEX_TYPE));
    }
    config.set(FreshetOptions.INDEX_METRIC, metric.orElse(present.model().metric().lanceName()));
    partitions.ifPresent(count -> config.set(FreshetOptions.INDEX_PARTITIONS, count));
    subVectors(config, present)
        .ifPresent(count -> config.set(FreshetOptions.INDEX_SUB_VECTORS, count));
    return config;
  }

  private Optional<Integer> subVectors(Configuration config, IndexDescription present) {
    boolean divided = StreamOptions.from(config).vectors().type().hasSubVectors();
    return subVectors.isEmpty()
            && divided
            && present.model().quantizer() instanceof Quantizer.Product product
        ? Optional.of(product.subVectors())
        : subVectors;
  }
}
