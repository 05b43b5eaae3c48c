package dev.freshet.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.freshet.bench.process.BenchProcess;
import dev.freshet.bench.process.BenchProcess.Role;
import dev.freshet.bench.process.Measurement;
import dev.freshet.bench.work.Work;
import dev.freshet.bench.work.Works;
import java.nio.file.Path;
import java.util.List;

/** Main class of the processes that {@link BenchProcess} starts. */
public final class BenchWorker {

  private BenchWorker() {}

  /**
   * Plays a role and prints its measurement as the last line, as JSON.
   *
   * @param arguments role, work, scale, scratch directory
   */
  public static void main(String[] arguments) throws Exception {
    double scale = Double.parseDouble(arguments[2]);
    Work work = Works.named(arguments[1]).scaled(scale);
    BenchProcess processes =
        new BenchProcess(BenchWorker.class, Path.of(arguments[3]), scale, List.of());
    Role role = Role.valueOf(arguments[0]);
    Measurement measured =
        switch (role) {
          case PREPARE -> work.prepare(processes);
          case FRESHET -> work.freshet(processes);
          case APPEND -> work.append(processes);
          case ONCE -> work.once(processes);
          case FROZEN, FOLLOW, REBUILT -> work.kept(role, processes);
          case OTHER -> work.other(processes);
        };
    System.out.println(new ObjectMapper().writeValueAsString(measured));
    System.exit(0); // threads of the native side may live on
  }
}
