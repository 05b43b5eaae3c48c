package dev.freshet.job.cli;

import dev.freshet.job.ConfigurationPage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints every option of the stream as the page that documents them. */
@Command(name = "options", description = "Prints every option of the stream, in Markdown.")
final class OptionsCommand implements Runnable {

  @Spec CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().getOut().print(ConfigurationPage.markdown());
    spec.commandLine().getOut().flush();
  }
}
