package dev.freshet.operators.options;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.MemorySize;
import org.junit.jupiter.api.Test;

class OptionTableTest {

  enum Mode {
    SLOW,
    FAST
  }

  static final class Some {
    public static final ConfigOption<String> NAME =
        ConfigOptions.key("name").stringType().noDefaultValue().withDescription("Left | right.");

    public static final ConfigOption<Duration> PAUSE =
        ConfigOptions.key("pause")
            .durationType()
            .defaultValue(Duration.ofSeconds(90))
            .withFallbackKeys("break")
            .withDescription("Between two.");

    public static final ConfigOption<MemorySize> MEMORY =
        ConfigOptions.key("memory")
            .memoryType()
            .defaultValue(MemorySize.ofMebiBytes(3))
            .withDescription("Bound.");

    public static final ConfigOption<Map<String, String>> MORE =
        ConfigOptions.key("more").mapType().defaultValue(Map.of()).withDescription("Any.");

    public static final ConfigOption<Mode> MODE =
        ConfigOptions.key("mode")
            .enumType(Mode.class)
            .defaultValue(Mode.FAST)
            .withDescription("How.");

    static final ConfigOption<Integer> HIDDEN =
        ConfigOptions.key("hidden").intType().defaultValue(1).withDescription("Of tests only.");

    private Some() {}
  }

  @Test
  void showsThePublicOptionsInTheirOrder() {
    assertThat(OptionTable.markdown(Some.class))
        .isEqualTo(
            """
            | option | type | default | meaning |
            | --- | --- | --- | --- |
            | `name` | text |  | Left \\| right. |
            | `pause` | duration | `90 s` | Between two. Also `break`. |
            | `memory` | size | `3 mb` | Bound. |
            | `more` | map |  | Any. |
            | `mode` | `SLOW`, `FAST` | `FAST` | How. |
            """);
    assertThat(OptionTable.keys(Some.class))
        .containsExactly("name", "pause", "memory", "more", "mode");
  }
}
