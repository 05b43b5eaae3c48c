package dev.freshet.operators.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.lance.dataset.LocalDatasetFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SuccessionsTest {

  @TempDir Path dataset;

  private Successions successions;

  @BeforeEach
  void open() {
    successions = new Successions(new LocalDatasetFiles(dataset));
  }

  @Test
  void tellWhosePlaceThosePredecessorsHad() throws Exception {
    successions.put("b", 3, Set.of("a"));
    successions.put("c", 7, List.of("b", "x"));
    assertThat(successions.replacedBy("b")).containsExactly("a");
    assertThat(successions.replacedBy("c")).containsExactlyInAnyOrder("a", "b", "x");
    assertThat(successions.replacedBy("a")).isEmpty();
    assertThat(successions.lastFragment("c")).hasValue(7);
    assertThat(successions.lastFragment("a")).isEmpty();
  }

  @Test
  void theirFormStays() throws Exception {
    successions.put("c", 7, List.of("b", "x"));
    Path file = dataset.resolve("_freshet/models/c.replaced");
    assertThat(file).hasContent("1\n7\nb\nx\n");
    Files.writeString(file, "2\n7\nb\n");
    assertThat(successions.replacedBy("c")).as("of a later form").isEmpty();
    Files.writeString(file, "");
    assertThat(successions.replacedBy("c")).isEmpty();
  }

  @Test
  void refuseAModelInItsOwnPlace() {
    assertThatThrownBy(() -> successions.put("c", 7, List.of("b", "c")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("A model takes the place of others, not c that of [b, c]");
    assertThatThrownBy(() -> successions.put("c", 7, List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
