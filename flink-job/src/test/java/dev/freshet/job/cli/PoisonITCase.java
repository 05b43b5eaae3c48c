package dev.freshet.job.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.freshet.job.JavaCommand;
import dev.freshet.job.crash.DeadlyFragment;
import dev.freshet.job.demo.ClusteredVectors;
import dev.freshet.lance.sample.VectorTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows and files that no index can be made of: they are left out, and the rest goes on. */
class PoisonITCase {

  private static final long SEED = 3;
  private static final int DIMENSION = 16;
  private static final int ROWS = 600;

  /** Two to find the task, three to be sure of the range. */
  private static final int MAX_DEATHS = 5;

  private static final int PATIENCE_SECONDS = 180;

  @TempDir Path directory;

  private final ClusteredVectors vectors = new ClusteredVectors(DIMENSION, SEED);
  private Path path;

  /** As native code ends it over some damaged files; here an agent does so over a sound one. */
  @Test
  void aFragmentThatKillsTheProcessIsSetAside() throws Exception {
    path = directory.resolve("t");
    try (VectorTable table = VectorTable.create(path.toString(), DIMENSION)) {
      append(table, ROWS);
      index();
      append(table, ROWS);
      append(table, ROWS);
      append(table, ROWS);
    }
    int deaths = 0;
    for (int code = child(); code == DeadlyFragment.ABORTED; code = child()) {
      deaths++;
      assertThat(deaths).as("deaths").isLessThanOrEqualTo(MAX_DEATHS);
    }
    assertThat(deaths).as("deaths").isEqualTo(MAX_DEATHS);
    assertLeftOut(2, "3 processes died while they read it", 3L * ROWS);
    assertThat(CommandLineRun.of("status", "--dataset", path.toString()).out())
        .contains("fragment 2 is left out since ");
  }

  /** Before there is a model, and after. */
  @Test
  void aFileThatIsCutOffIsSetAside() throws Exception {
    path = directory.resolve("t");
    try (VectorTable table = VectorTable.create(path.toString(), DIMENSION)) {
      Path broken = append(table, ROWS);
      append(table, ROWS);
      byte[] bytes = Files.readAllBytes(broken);
      Files.write(broken, Arrays.copyOf(bytes, bytes.length / 2));
      index();
      assertLeftOut(0, "it cannot be read: ", ROWS);
      append(table, ROWS);
      index();
      assertLeftOut(0, "it cannot be read: ", 2L * ROWS);
    }
  }

  @Test
  void vectorsThatCannotBeIndexedAreSkipped() throws Exception {
    path = directory.resolve("t");
    try (VectorTable table = VectorTable.create(path.toString(), DIMENSION)) {
      append(table, ROWS);
      for (float value : new float[] {Float.NaN, Float.POSITIVE_INFINITY, 0}) {
        float[] same = new float[ROWS * DIMENSION];
        Arrays.fill(same, value);
        table.append(same, ROWS);
      }
      index();
    }
    CommandLineRun verified =
        CommandLineRun.of("verify", "--dataset", path.toString(), "--index=vector_idx", "--json");
    JsonNode report = verified.json();
    assertThat(report.get("ok").asBoolean()).as(verified.out()).isTrue();
    assertThat(report.get("coverage").asDouble()).isEqualTo(1);
    assertThat(report.get("indexedRows").asLong()).as("zero is a vector").isEqualTo(2L * ROWS);
  }

  /** On a disk of its own, if this process may mount one. */
  @Test
  void aFullDiskPublishesNothingWrong() throws Exception {
    Path disk = Files.createDirectory(directory.resolve("disk"));
    assumeTrue(
        run(List.of("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", disk.toString())) == 0,
        "may not mount");
    try (VectorTable table = VectorTable.create(disk.resolve("t").toString(), DIMENSION)) {
      path = disk.resolve("t");
      append(table, ROWS);
      Path filler = disk.resolve("filler");
      Files.write(filler, new byte[(int) (disk.toFile().getUsableSpace() - 8192)]);
      CommandLineRun full = once();
      assertThat(full.exitCode()).as(full.err()).isEqualTo(1);
      assertThat(full.err()).contains("No space left on device");
      Files.delete(filler);
      index();
      assertThat(coveredRows()).isEqualTo(ROWS);
    } finally {
      run(List.of("umount", "--lazy", disk.toString()));
    }
  }

  /** Appends rows; the answer is their data file. */
  private Path append(VectorTable table, int rows) throws IOException {
    List<Path> before = dataFiles();
    table.append(vectors.next(rows), rows);
    List<Path> added = new ArrayList<>(dataFiles());
    added.removeAll(before);
    assertThat(added).hasSize(1);
    return added.get(0);
  }

  private List<Path> dataFiles() throws IOException {
    Path data = path.resolve("data");
    if (!Files.isDirectory(data)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(data)) {
      return files.toList();
    }
  }

  private void index() {
    CommandLineRun run = once();
    assertThat(run.exitCode()).as(run.err()).isIn(0, 1);
  }

  private CommandLineRun once() {
    return CommandLineRun.of(arguments());
  }

  private String[] arguments() {
    return new String[] {
      "run",
      "--once",
      "--dataset=" + path,
      "--column=vector",
      "--partitions=4",
      "--parallelism=1",
      "--state-backend=hashmap"
    };
  }

  /** The same in a process of its own, which dies when it reads fragment 2. */
  private int child() throws Exception {
    List<String> command = JavaCommand.startWithVectors();
    command.addAll(DeadlyFragment.arguments(directory.resolve("agent.jar"), 2));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Freshet.class.getName()));
    command.addAll(List.of(arguments()));
    return run(command);
  }

  private int run(List<String> command) throws Exception {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("child.log").toFile())
            .start();
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
    return process.waitFor();
  }

  private void assertLeftOut(int fragment, String reason, long covered) throws Exception {
    JsonNode index = status();
    assertThat(index.get("coveredRows").asLong()).isEqualTo(covered);
    assertThat(index.get("deadLetters")).hasSize(1);
    JsonNode letter = index.get("deadLetters").get(0);
    assertThat(letter.get("fragment").asInt()).isEqualTo(fragment);
    assertThat(letter.get("reason").asText()).startsWith(reason);
  }

  private long coveredRows() throws Exception {
    return status().get("coveredRows").asLong();
  }

  private JsonNode status() throws Exception {
    return CommandLineRun.of("status", "--dataset", path.toString(), "--json")
        .json()
        .get("indexes")
        .get(0);
  }
}
