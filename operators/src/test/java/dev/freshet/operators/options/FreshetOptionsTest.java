package dev.freshet.operators.options;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.description.HtmlFormatter;
import org.junit.jupiter.api.Test;

class FreshetOptionsTest {

  /** The names are what users wrote down: none is changed, none is taken away. */
  @Test
  void namesAreKept() {
    assertThat(options())
        .extracting(ConfigOption::key)
        .containsExactlyInAnyOrder(
            "dataset",
            "storage",
            "vector.column",
            "index.name",
            "index.type",
            "index.metric",
            "index.partitions",
            "index.sub-vectors",
            "model.segment",
            "model.follow",
            "freshness",
            "once",
            "shard.rows",
            "shard.bytes",
            "shard.spill",
            "segment.rows",
            "segment.per-tier",
            "verify.samples",
            "compaction.enabled",
            "compaction.interval",
            "compaction.small-fragments",
            "compaction.target-rows",
            "compaction.deletions",
            "stall-timeout",
            "versions.keep-for",
            "versions.keep");
  }

  @Test
  void everyOptionIsDescribed() {
    HtmlFormatter formatter = new HtmlFormatter();
    assertThat(options())
        .allSatisfy(
            option ->
                assertThat(formatter.format(option.description()))
                    .as(option.key())
                    .isNotBlank()
                    .endsWith("."));
  }

  private static List<ConfigOption<?>> options() {
    return Arrays.stream(FreshetOptions.class.getFields())
        .filter(field -> Modifier.isStatic(field.getModifiers()))
        .<ConfigOption<?>>map(
            field -> {
              try {
                return (ConfigOption<?>) field.get(null);
              } catch (IllegalAccessException e) {
                throw new AssertionError(field + " is public", e);
              }
            })
        .toList();
  }
}
