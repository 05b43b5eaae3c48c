package dev.freshet.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each command tells how it is used. */
class HelpTest {

  @ParameterizedTest
  @ValueSource(strings = {"demo", "generate", "retrain", "run", "status", "verify"})
  void everyCommandHasHelp(String command) {
    StringWriter out = new StringWriter();
    int exit = Freshet.commandLine().setOut(new PrintWriter(out, true)).execute(command, "--help");
    assertThat(exit).isZero();
    assertThat(out.toString()).contains("Usage: freshet " + command, "--help");
  }
}
