package dev.freshet.job.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line's entrance. */
@Command(
    name = "freshet",
    description = "Keeps the vector indexes of Lance datasets fresh.",
    mixinStandardHelpOptions = true,
    scope = CommandLine.ScopeType.INHERIT,
    version = "freshet 0.1.0",
    subcommands = {
      AppendCommand.class,
      DemoCommand.class,
      GcCommand.class,
      GenerateCommand.class,
      OptionsCommand.class,
      RetrainCommand.class,
      RunCommand.class,
      StatusCommand.class,
      UpgradeCommand.class,
      VerifyCommand.class
    })
public final class Freshet {

  /** Exit code of a check that failed. */
  static final int FAILED = 1;

  /** Exit code of wrong input; nothing was changed. */
  static final int WRONG_INPUT = 2;

  private Freshet() {}

  public static void main(String[] arguments) {
    TemporaryFiles.removeAtTheEnd();
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    return new CommandLine(new Freshet())
        .setExecutionExceptionHandler(
            (failure, command, parsed) -> {
              command.getErr().println("freshet: " + FailureMessage.of(failure));
              return FailureMessage.isWrongInput(failure) ? WRONG_INPUT : FAILED;
            })
        .setParameterExceptionHandler(
            (failure, arguments) -> {
              failure.getCommandLine().getErr().println("freshet: " + failure.getMessage());
              return WRONG_INPUT;
            });
  }
}
