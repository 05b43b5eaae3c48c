package dev.freshet.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lance.Dataset;
import org.lance.Fragment;

class GenerateCommandTest {

  @TempDir Path directory;

  @Test
  void makesFragmentsOfTheSizeThatIsAskedFor() {
    String path = directory.resolve("t").toString();
    CommandLineRun run =
        CommandLineRun.of(
            "generate", "--dataset", path, "--rows=1020", "--dim=8", "--fragment-rows=50");
    assertThat(run.exitCode()).as(run.err()).isZero();
    try (BufferAllocator allocator = new RootAllocator();
        Dataset dataset = Dataset.open().allocator(allocator).uri(path).build()) {
      assertThat(dataset.countRows()).isEqualTo(1020);
      assertThat(dataset.getFragments()).hasSize(21).extracting(Fragment::countRows).contains(20);
    }
  }

  @Test
  void refusesFragmentsWithoutRows() {
    CommandLineRun.of(
            "generate", "--dataset", directory.resolve("t").toString(), "--fragment-rows=0")
        .assertWrongInput("--fragment-rows is at least 1, not 0");
  }
}
