package dev.freshet.vector.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The choice is made when a JVM starts, so each case starts one. */
class KernelsChoiceTest {

  @Test
  void takesTheVectorApiWhereThePlatformHasIt() throws Exception {
    assertThat(run("--add-modules=jdk.incubator.vector")).contains("VectorKernels assigned 1");
  }

  @Test
  void makesDoWithPlainJavaWhereItIsAbsent() throws Exception {
    assertThat(run()).contains("PlainKernels assigned 1").doesNotContain("Error");
  }

  private static String run(String... options) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(options));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Assign.class.getName()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }

  /** Chooses kernels and uses them. */
  static final class Assign {
    private Assign() {}

    public static void main(String[] arguments) {
      Kernels kernels = Kernels.best();
      int[] nearest = new int[1];
      kernels
          .nearestCentroid(new float[] {0f, 5f}, 1, Distance.SQUARED_L2)
          .assign(new float[] {4f}, 0, 1, nearest);
      System.out.println(kernels.getClass().getSimpleName() + " assigned " + nearest[0]);
    }
  }
}
