package dev.freshet.operators.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.lance.dataset.LocalDatasetFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelErrorsTest {

  @TempDir Path dataset;

  private ModelErrors errors;

  @BeforeEach
  void open() {
    errors = new ModelErrors(new LocalDatasetFiles(dataset));
  }

  @Test
  void keepsOneForEachModel() throws Exception {
    errors.put("a1", 0.125);
    errors.put("b2", 3);
    errors.put("b2", 4e-12);
    assertThat(errors.find("a1")).hasValue(0.125);
    assertThat(errors.find("b2")).hasValue(4e-12);
    assertThat(errors.find("c3")).isEmpty();
  }

  @Test
  void itsFormStays() throws Exception {
    errors.put("a1", 0.125);
    Path file = dataset.resolve("_freshet/models/a1");
    assertThat(file).hasContent("1\n0.125\n");
    assertThat(errors.fit("a1").firstPartitions()).isEmpty();
    errors.put("a1", 0.125, 12);
    assertThat(file).hasContent("1\n0.125\n12\n");
    assertThat(errors.find("a1")).hasValue(0.125);
    assertThat(errors.fit("a1").firstPartitions()).hasValue(12);
    Files.writeString(file, "1\n0.125\n1x\n");
    assertThat(errors.fit("a1").firstPartitions()).isEmpty();
    Files.writeString(file, "2\n0.125\n12\n");
    assertThat(errors.fit("a1").firstPartitions()).isEmpty();
    assertThat(errors.find("a1")).as("of a later form").isEmpty();
    Files.writeString(file, "1\n0.1");
    assertThat(errors.find("a1")).hasValue(0.1);
    Files.writeString(file, "1\n0.1x\n");
    assertThat(errors.find("a1")).isEmpty();
  }

  @Test
  void keepsNothingThatIsNoError() {
    assertThatThrownBy(() -> errors.put("a1", Double.NaN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("An error is finite and not negative, not NaN");
  }
}
