package dev.freshet.job.upgrade;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;

/** Flink's REST interface, as far as an upgrade needs it. */
final class FlinkRest {

  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final String JSON = "application/json";

  private final HttpClient http = HttpClient.newHttpClient();
  private final ObjectMapper json = new ObjectMapper();
  private final String address;

  /**
   * @param address of the job manager, like {@code http://localhost:8081}
   */
  FlinkRest(String address) {
    this.address = address.endsWith("/") ? address.substring(0, address.length() - 1) : address;
  }

  JsonNode get(String path) throws IOException {
    return send(path, HttpRequest.newBuilder(uri(path)).timeout(TIMEOUT).GET().build());
  }

  JsonNode post(String path, Object body) throws IOException {
    return post(path, JSON, BodyPublishers.ofString(json.writeValueAsString(body)));
  }

  /** Uploads a jar; the answer names it. */
  JsonNode upload(Path jar) throws IOException {
    String boundary = UUID.randomUUID().toString();
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    String head =
        "--"
            + boundary
            + "\r\nContent-Disposition: form-data; name=\"jarfile\"; filename=\"freshet.jar\"\r\n"
            + "Content-Type: application/x-java-archive\r\n\r\n";
    body.write(head.getBytes(StandardCharsets.US_ASCII));
    body.write(Files.readAllBytes(jar));
    body.write(("\r\n--" + boundary + "--\r\n").getBytes(StandardCharsets.US_ASCII));
    return post(
        "/jars/upload",
        "multipart/form-data; boundary=" + boundary,
        BodyPublishers.ofByteArray(body.toByteArray()));
  }

  private JsonNode post(String path, String type, BodyPublisher body) throws IOException {
    return send(
        path,
        HttpRequest.newBuilder(uri(path))
            .timeout(TIMEOUT)
            .header("Content-Type", type)
            .POST(body)
            .build());
  }

  private URI uri(String path) {
    return URI.create(address + path);
  }

  private JsonNode send(String path, HttpRequest request) throws IOException {
    HttpResponse<String> response;
    try {
      response = http.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted while asking " + address + path, e);
    } catch (IOException e) {
      throw new IOException("No answer from the job manager at " + address, e);
    }
    if (response.statusCode() >= 300) {
      throw new IOException(
          "The job manager refused "
              + path
              + " with "
              + response.statusCode()
              + ": "
              + rootCause(response.body()));
    }
    return json.readTree(response.body());
  }

  /** Flink answers with a stack trace; the last cause says what is wrong. */
  private static String rootCause(String body) {
    String text = body.replace("\\n", "\n");
    int cause = text.lastIndexOf("Caused by: ");
    return text.substring(Math.max(0, cause)).lines().findFirst().orElse("");
  }
}
