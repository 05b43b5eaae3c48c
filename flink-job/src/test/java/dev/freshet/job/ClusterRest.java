package dev.freshet.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** What a cluster says over HTTP: Flink's REST interface, and the pages for Prometheus. */
final class ClusterRest {

  private final HttpClient http = HttpClient.newHttpClient();
  private final ObjectMapper json = new ObjectMapper();
  private final int port;

  /**
   * @param port of the job manager's REST interface, which serves the web UI too
   */
  ClusterRest(int port) {
    this.port = port;
  }

  /** Of the REST interface and the web UI. */
  String address() {
    return "http://127.0.0.1:" + port;
  }

  /** Task managers that are registered. */
  int taskManagers() throws IOException, InterruptedException {
    return ask("/overview").get("taskmanagers").asInt();
  }

  /** Whether every task of a job runs. */
  boolean allRunning(String job) throws IOException, InterruptedException {
    JsonNode status = ask("/jobs/" + job);
    boolean running = status.get("state").asText().equals("RUNNING");
    for (JsonNode vertex : status.get("vertices")) {
      running &= vertex.get("status").asText().equals("RUNNING");
    }
    return running;
  }

  /** Of a job: how many, and which came last. */
  JsonNode checkpoints(String job) throws IOException, InterruptedException {
    return ask("/jobs/" + job + "/checkpoints");
  }

  /** What a process shows Prometheus; nothing if it is gone. */
  String metrics(int metricsPort) throws IOException, InterruptedException {
    try {
      return get("http://127.0.0.1:" + metricsPort + "/metrics");
    } catch (ConnectException e) {
      return "";
    }
  }

  private JsonNode ask(String path) throws IOException, InterruptedException {
    return json.readTree(get(address() + path));
  }

  private String get(String url) throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(URI.create(url)).timeout(Waiting.PATIENCE).build();
    return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
  }
}
