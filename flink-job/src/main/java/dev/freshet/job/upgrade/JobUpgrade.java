package dev.freshet.job.upgrade;

import com.fasterxml.jackson.databind.JsonNode;
import dev.freshet.job.StreamJob;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Stops a job with a savepoint and starts another jar from it, with the arguments that the job was
 * started with.
 */
public final class JobUpgrade {

  private static final Duration POLL = Duration.ofMillis(500);

  /** What Flink shows in the place of a value that it takes for a secret. */
  private static final String HIDDEN = "******";

  /** How the savepoint is written: readable by every state backend, or in the job's own format. */
  public enum Format {
    CANONICAL,
    NATIVE
  }

  /**
   * What to do.
   *
   * @param savepoints directory of the savepoint, a URI; the cluster's own if it is not given
   * @param parallelism of the new job; the old one's if it is not given
   * @param changes options of the stream to add or change, by their keys
   */
  public record Plan(
      Path jar,
      Optional<String> savepoints,
      Format format,
      Optional<Integer> parallelism,
      Map<String, String> changes,
      Duration patience) {}

  /**
   * What was done.
   *
   * @param savepoint from which the new job was started, and the old one can be again
   */
  public record Result(String stoppedJob, String savepoint, String job) {}

  private final FlinkRest flink;

  /**
   * @param address of the job manager, like {@code http://localhost:8081}
   */
  public JobUpgrade(String address) {
    this.flink = new FlinkRest(address);
  }

  /**
   * The running job of that id or name; the only one of Freshet's if none is given.
   *
   * @throws IllegalArgumentException if there is none, or there are several
   */
  public String find(Optional<String> asked) throws IOException {
    List<String> found = new ArrayList<>();
    for (JsonNode job : flink.get("/jobs/overview").get("jobs")) {
      String id = job.get("jid").asText();
      String name = job.get("name").asText();
      boolean wanted =
          asked.map(one -> one.equals(id) || one.equals(name)).orElse(name.startsWith("freshet "));
      if (wanted && job.get("state").asText().equals("RUNNING")) {
        found.add(id);
      }
    }
    if (found.size() != 1) {
      throw new IllegalArgumentException(
          found.isEmpty()
              ? "No running job " + asked.orElse("of Freshet")
              : "Several jobs run: " + found + ": say which by its id");
    }
    return found.get(0);
  }

  /**
   * Upgrades a job. The new jar is uploaded before the old job is stopped.
   *
   * @throws IOException in one line; it names the savepoint if there is one already
   */
  public Result upgrade(String job, Plan plan) throws IOException {
    Map<String, String> arguments = arguments(job);
    arguments.putAll(plan.changes());
    int parallelism = plan.parallelism().isPresent() ? plan.parallelism().get() : parallelism(job);
    String uploaded = flink.upload(plan.jar()).get("filename").asText();
    String jar = uploaded.substring(uploaded.lastIndexOf('/') + 1);
    String savepoint = stop(job, plan);
    try {
      String started = start(jar, arguments, savepoint, parallelism);
      awaitRunning(started, plan.patience());
      return new Result(job, savepoint, started);
    } catch (IOException e) {
      throw new IOException(
          "The job is stopped and not started again: start it from "
              + savepoint
              + "; "
              + e.getMessage(),
          e);
    }
  }

  /** The arguments that the job shows; a hidden one must be among the changes. */
  private Map<String, String> arguments(String job) throws IOException {
    Map<String, String> arguments = new LinkedHashMap<>();
    JsonNode shown =
        flink.get("/jobs/" + job + "/config").path("execution-config").path("user-config");
    shown
        .fields()
        .forEachRemaining(
            entry -> {
              if (!entry.getValue().asText().equals(HIDDEN)) {
                arguments.put(entry.getKey(), entry.getValue().asText());
              }
            });
    return arguments;
  }

  private int parallelism(String job) throws IOException {
    return flink
        .get("/jobs/" + job + "/config")
        .path("execution-config")
        .path("job-parallelism")
        .asInt(1);
  }

  private String stop(String job, Plan plan) throws IOException {
    Map<String, Object> body = new LinkedHashMap<>();
    plan.savepoints().ifPresent(directory -> body.put("targetDirectory", directory));
    body.put("drain", false);
    body.put("formatType", plan.format().name());
    String trigger = flink.post("/jobs/" + job + "/stop", body).get("request-id").asText();
    long deadline = System.nanoTime() + plan.patience().toNanos();
    while (true) {
      JsonNode answer = flink.get("/jobs/" + job + "/savepoints/" + trigger);
      if (answer.get("status").get("id").asText().equals("COMPLETED")) {
        JsonNode operation = answer.get("operation");
        if (operation.has("location")) {
          return operation.get("location").asText();
        }
        throw new IOException(
            "The savepoint failed and the job goes on: "
                + operation.path("failure-cause").path("class").asText());
      }
      pause(deadline, "the savepoint of job " + job);
    }
  }

  private String start(String jar, Map<String, String> arguments, String savepoint, int parallelism)
      throws IOException {
    List<String> list = new ArrayList<>();
    arguments.forEach(
        (key, value) -> {
          list.add("--" + key);
          list.add(value);
        });
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("entryClass", StreamJob.class.getName());
    body.put("programArgsList", list);
    body.put("savepointPath", savepoint);
    body.put("allowNonRestoredState", false);
    if (parallelism > 0) {
      body.put("parallelism", parallelism);
    }
    return flink.post("/jars/" + jar + "/run", body).get("jobid").asText();
  }

  private void awaitRunning(String job, Duration patience) throws IOException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      JsonNode status = flink.get("/jobs/" + job);
      String state = status.get("state").asText();
      boolean running = state.equals("RUNNING");
      for (JsonNode vertex : status.get("vertices")) {
        running &= vertex.get("status").asText().equals("RUNNING");
      }
      if (running) {
        return;
      }
      if (state.equals("FAILED")) {
        throw new IOException("job " + job + " fails: see its exceptions in the web UI");
      }
      pause(deadline, "the tasks of job " + job);
    }
  }

  private static void pause(long deadline, String what) throws IOException {
    if (System.nanoTime() > deadline) {
      throw new IOException("Waited in vain for " + what);
    }
    try {
      Thread.sleep(POLL.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted while waiting for " + what, e);
    }
  }
}
