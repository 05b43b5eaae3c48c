package dev.freshet.operators;

import dev.freshet.operators.options.FreshetOptions;
import dev.freshet.operators.options.StreamOptions;
import java.util.function.Consumer;
import org.apache.flink.configuration.Configuration;

/** Options of a stream over the column {@code vec} of a dataset that need not be there. */
public final class TestOptions {

  private TestOptions() {}

  public static Configuration config(String dataset) {
    Configuration config = new Configuration();
    config.set(FreshetOptions.DATASET, dataset);
    config.set(FreshetOptions.COLUMN, "vec");
    return config;
  }

  public static StreamOptions of(Consumer<Configuration> change) {
    Configuration config = config("/no/such/dataset");
    change.accept(config);
    return StreamOptions.from(config);
  }
}
