package dev.freshet.bench.work;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScratchTest {

  @Test
  void aCopyIsFreshAndLeavesTheDatasetAlone(@TempDir Path directory) throws IOException {
    Scratch scratch = new Scratch(directory, "work");
    Path file = scratch.dataset().resolve("data").resolve("rows");
    Files.createDirectories(file.getParent());
    Files.writeString(file, "rows");
    Path copy = scratch.copy();
    Files.writeString(copy.resolve("index"), "index");
    Files.delete(copy.resolve("data").resolve("rows"));
    assertThat(scratch.copy().resolve("data").resolve("rows")).hasContent("rows");
    assertThat(scratch.run().resolve("index")).doesNotExist();
    assertThat(file).hasContent("rows");
  }

  @Test
  void theCopyOfARunHasWhatTheRunHasNow(@TempDir Path directory) throws IOException {
    Scratch scratch = new Scratch(directory, "work");
    Files.createDirectories(scratch.dataset());
    Files.writeString(scratch.copy().resolve("rows"), "rows");
    Files.writeString(scratch.copyOfRun().resolve("index"), "index");
    assertThat(scratch.copyOfRun().resolve("rows")).hasContent("rows");
    assertThat(scratch.copyOfRun().resolve("index")).doesNotExist();
  }

  @Test
  void aDatasetServesTheWorkItWasMadeFor(@TempDir Path directory) throws IOException {
    Scratch scratch = new Scratch(directory, "pq-128");
    Work work = Works.named("pq-128");
    assertThat(scratch.holds(work)).isFalse();
    scratch.clear();
    scratch.made(work);
    assertThat(scratch.holds(work)).isTrue();
    assertThat(scratch.holds(work.scaled(0.5))).as("of another size").isFalse();
  }
}
