package dev.freshet.job.crash;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What is asked of a job manager over HTTP. */
final class FlinkRest {

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final HttpClient http = HttpClient.newHttpClient();
  private final ObjectMapper json = new ObjectMapper();
  private final int port;

  FlinkRest(int port) {
    this.port = port;
  }

  int taskManagers() throws IOException, InterruptedException {
    return get("/overview").get("taskmanagers").asInt();
  }

  /** Of a job, as Flink calls it. */
  String state(String job) throws IOException, InterruptedException {
    return get("/jobs/" + job).get("state").asText();
  }

  /** First lines of what made the job fail, the latest first, as long as Flink keeps it. */
  List<String> failures(String job) throws IOException, InterruptedException {
    List<String> failures = new ArrayList<>();
    JsonNode history = get("/jobs/" + job + "/exceptions").path("exceptionHistory").path("entries");
    for (JsonNode entry : history) {
      failures.add(
          entry.get("timestamp").asText()
              + " "
              + entry.get("stacktrace").asText().lines().findFirst().orElse(""));
    }
    return failures;
  }

  /** Asks the job to end; true: it was asked. */
  boolean cancel(String job) throws IOException, InterruptedException {
    send("PATCH", "/jobs/" + job + "?mode=cancel", "");
    return true;
  }

  /** Asks for a savepoint; the job runs on. */
  void savepoint(String job) throws IOException, InterruptedException {
    send("POST", "/jobs/" + job + "/savepoints", "{\"cancel-job\": false}");
  }

  /** Asks for a savepoint at which the job ends. */
  void stop(String job) throws IOException, InterruptedException {
    send("POST", "/jobs/" + job + "/stop", "{\"drain\": false}");
  }

  private JsonNode get(String path) throws IOException, InterruptedException {
    return send("GET", path, "");
  }

  private JsonNode send(String method, String path, String body)
      throws IOException, InterruptedException {
    BodyPublisher content =
        body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body);
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .timeout(PATIENCE)
            .header("Content-Type", "application/json")
            .method(method, content)
            .build();
    HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() >= 400) {
      throw new IOException(method + " " + path + ": " + answer.body());
    }
    return json.readTree(answer.body());
  }
}
