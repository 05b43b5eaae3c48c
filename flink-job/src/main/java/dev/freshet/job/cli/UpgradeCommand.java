package dev.freshet.job.cli;

import dev.freshet.job.upgrade.JobUpgrade;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Replaces the program of a job in a Flink session cluster. */
@Command(
    name = "upgrade",
    description =
        "Stops a job in a Flink session cluster with a savepoint, and starts a jar from it with the"
            + " same arguments.")
final class UpgradeCommand implements Callable<Integer> {

  @Option(
      names = "--jobmanager",
      required = true,
      paramLabel = "URL",
      description = "Flink's REST address, like http://localhost:8081.")
  String jobManager;

  @Option(names = "--job", description = "Id or name of the job; the only one by default.")
  Optional<String> job = Optional.empty();

  @Option(names = "--jar", required = true, description = "The new job jar.")
  Path jar;

  @Option(
      names = "--savepoints",
      paramLabel = "URI",
      description = "Directory of the savepoint; the cluster's own by default.")
  Optional<String> savepoints = Optional.empty();

  @Option(
      names = "--format",
      defaultValue = "CANONICAL",
      description = "CANONICAL or NATIVE; default ${DEFAULT-VALUE}.")
  JobUpgrade.Format format;

  @Option(names = "--parallelism", description = "Of the new job; as it was by default.")
  Optional<Integer> parallelism = Optional.empty();

  @Option(
      names = "--option",
      paramLabel = "KEY=VALUE",
      description =
          "An option of the stream to add or change; storage must be given again, as no job shows"
              + " its secrets. May be repeated.")
  Map<String, String> changes = new LinkedHashMap<>();

  @Option(
      names = "--timeout",
      defaultValue = "5min",
      paramLabel = "TIME",
      description = "For the savepoint, and for the start; default ${DEFAULT-VALUE}.")
  String timeout;

  @Option(names = "--json", description = "Print one JSON object as the last line.")
  boolean json;

  @Spec CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    if (!Files.isRegularFile(jar)) {
      throw new IllegalArgumentException("No jar at " + jar);
    }
    JobUpgrade.Plan plan =
        new JobUpgrade.Plan(
            jar,
            savepoints,
            format,
            parallelism,
            Map.copyOf(changes),
            StreamArguments.duration(timeout));
    JobUpgrade upgrade = new JobUpgrade(jobManager);
    JobUpgrade.Result result = upgrade.upgrade(upgrade.find(job), plan);
    spec.commandLine()
        .getOut()
        .println(
            json
                ? JsonLine.of(result)
                : String.format(
                    "job %s stopped, job %s runs from %s",
                    result.stoppedJob(), result.job(), result.savepoint()));
    return 0;
  }
}
