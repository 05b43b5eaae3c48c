package dev.freshet.job.lancedb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/** One version of LanceDB's package for Node, in a process of its own that serves many tables. */
public final class LanceDb implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** The versions, each by what it is called in the installation. */
  public enum Version {
    /** Of Lance 7, as lance-core. */
    V30("lancedb-30"),
    /** Of Lance 12. */
    V39("lancedb-39");

    private final String module;

    Version(String module) {
      this.module = module;
    }

    /** Short, for reports. */
    public String number() {
      return name().substring(1);
    }
  }

  private final Process process;
  private final BufferedReader answers;
  private final Writer acts;

  private LanceDb(Process process) {
    this.process = process;
    this.answers = process.inputReader(StandardCharsets.UTF_8);
    this.acts = process.outputWriter(StandardCharsets.UTF_8);
  }

  /**
   * Starts the process.
   *
   * @param installation the directory of its modules
   */
  public static LanceDb start(Path installation, Version version) throws IOException {
    ProcessBuilder process =
        new ProcessBuilder("node", LanceDbInstallation.SCRIPT, version.module)
            .directory(installation.toFile())
            .redirectError(Redirect.DISCARD);
    process.environment().remove("LANCE_FTS_FORMAT_VERSION"); // users of LanceDB do not set it
    return new LanceDb(process.start());
  }

  /**
   * Acts on the one table of a database.
   *
   * @param given what the act takes, as JSON holds it
   * @throws IOException if LanceDB refuses, or is gone
   */
  public JsonNode act(Path database, String act, Map<String, ?> given) throws IOException {
    ObjectNode request = JSON.valueToTree(given);
    request.put("act", act).put("database", database.toString());
    acts.write(JSON.writeValueAsString(request) + "\n");
    acts.flush();
    String line = answers.readLine();
    if (line == null) {
      throw new IOException("LanceDB is gone after " + request);
    }
    JsonNode answer = JSON.readTree(line);
    if (answer.has("error")) {
      throw new IOException(act + ": " + answer.path("error").asText());
    }
    return answer;
  }

  /** The rows as they are read, so that they can be compared. */
  public String rows(Path database) throws IOException {
    return act(database, "rows", Map.of()).path("rows").asText();
  }

  @Override
  public void close() throws IOException {
    acts.close();
    process.destroy();
  }
}
