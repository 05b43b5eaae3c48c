package dev.freshet.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;

/** What one call of the command line in this process printed and returned. */
public record CommandLineRun(int exitCode, String out, String err) {

  public static CommandLineRun of(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine command =
        Freshet.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    int exitCode = command.execute(arguments);
    command.getOut().flush();
    command.getErr().flush();
    return new CommandLineRun(exitCode, out.toString(), err.toString());
  }

  /** Wrong input: exit code 2, one line on standard error, nothing on standard output. */
  public void assertWrongInput(String... parts) {
    assertThat(err).as("standard error").startsWith("freshet: ").contains(parts);
    assertThat(err.lines()).as("one line").hasSize(1);
    assertThat(out).as("standard output").isEmpty();
    assertThat(exitCode).as("exit code, after %s", err).isEqualTo(2);
  }

  /** The one object of the last line. */
  public JsonNode json() throws JsonProcessingException {
    List<String> lines = out.lines().toList();
    return new ObjectMapper().readTree(lines.get(lines.size() - 1));
  }

  static List<String> names(JsonNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }
}
