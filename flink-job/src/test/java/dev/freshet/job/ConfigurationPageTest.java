package dev.freshet.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.operators.options.FreshetOptions;
import dev.freshet.operators.options.OptionTable;
import dev.freshet.operators.options.StreamOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;

/** What the documents say of options is what the code reads. */
class ConfigurationPageTest {

  @Test
  void thePageIsTheOneThatTheCodeWrites() throws Exception {
    assertThat(Path.of("../docs/CONFIGURATION.md"))
        .as("./freshet options > docs/CONFIGURATION.md writes it anew")
        .hasContent(ConfigurationPage.markdown());
  }

  @Test
  void everyOptionOfTheStreamIsAnArgumentOfTheJob() {
    assertThat(FreshetOptions.all().keySet())
        .containsExactlyInAnyOrderElementsOf(OptionTable.keys(FreshetOptions.class));
  }

  @Test
  void whatThePageSaysOfFlinkIsWhatTheJobSets() {
    Configuration stream =
        Configuration.fromMap(Map.of("dataset", "/data/items.lance", "vector.column", "vector"));
    Map<String, String> settings =
        StreamJob.settings(StreamOptions.from(stream), new Configuration()).toMap();
    settings.remove("execution.checkpointing.interval");
    List<String> said =
        settings.entrySet().stream()
            .map(setting -> "`" + setting.getKey() + ": " + setting.getValue() + "`")
            .toList();
    assertThat(ConfigurationPage.markdown()).contains(said);
  }
}
