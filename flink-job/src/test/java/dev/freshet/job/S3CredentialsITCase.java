package dev.freshet.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The command line in processes of their own, with keys from the environment and from a profile.
 */
class S3CredentialsITCase {

  private static final int PATIENCE_SECONDS = 90;

  @TempDir Path directory;

  /** How a command ended, and all that it said. */
  private record Ended(int code, String said) {}

  @Test
  void keysComeFromTheEnvironmentOrAProfile() throws Exception {
    try (S3Server server = S3Server.start(directory)) {
      Map<String, String> environment = keys(S3Server.SECRET_KEY);
      assertDone(run(server, environment, "generate", "--rows=3000", "--dim=16"));
      assertDone(
          run(
              server,
              profile(),
              "run",
              "--once",
              "--column=vector",
              "--parallelism=1",
              "--checkpoints=" + S3Server.uri("checkpoints")));
      assertDone(run(server, environment, "verify", "--index=vector_idx", "--queries=10"));
      Ended wrong = run(server, keys("a-wrong-secret"), "verify", "--index=vector_idx");
      assertThat(wrong.code()).as(wrong.said()).isNotZero();
      assertThat(wrong.said()).contains("freshet: Cannot open").doesNotContain("a-wrong-secret");
    }
  }

  private static void assertDone(Ended command) {
    assertThat(command.code()).as(command.said()).isZero();
    assertThat(command.said()).doesNotContain(S3Server.SECRET_KEY);
  }

  private static Map<String, String> keys(String secret) {
    return Map.of("AWS_ACCESS_KEY_ID", S3Server.ACCESS_KEY, "AWS_SECRET_ACCESS_KEY", secret);
  }

  private Map<String, String> profile() throws IOException {
    Path file =
        Files.writeString(
            directory.resolve("credentials"),
            String.join(
                "\n",
                "[freshet]",
                "aws_access_key_id = " + S3Server.ACCESS_KEY,
                "aws_secret_access_key = " + S3Server.SECRET_KEY));
    return Map.of("AWS_PROFILE", "freshet", "AWS_SHARED_CREDENTIALS_FILE", file.toString());
  }

  private Ended run(S3Server server, Map<String, String> environment, String... arguments)
      throws Exception {
    List<String> command = new ArrayList<>(List.of("bash", "../freshet"));
    command.addAll(List.of(arguments));
    command.add("--dataset=" + S3Server.uri("vectors.lance"));
    command.add("--storage-option=s3.endpoint=http://127.0.0.1:" + server.port());
    command.add("--storage-option=s3.region=" + S3Server.REGION);
    command.add("--storage-option=s3.path-style-access=true");
    Path output = directory.resolve(arguments[0] + ".out");
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("AWS_"));
    builder.environment().putAll(environment);
    Process process = builder.redirectOutput(output.toFile()).start();
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
    return new Ended(process.waitFor(), Files.readString(output));
  }
}
