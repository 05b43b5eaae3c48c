package dev.freshet.job;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.Configuration;

/**
 * A real S3 server, a process of its own on a free loopback port; s3proxy over a directory, as it
 * keeps the promise that Lance's commits rest on: of two conditional writes of a key one wins.
 */
public final class S3Server implements AutoCloseable {

  public static final String BUCKET = "bucket";
  static final String ACCESS_KEY = "freshet-access";
  public static final String SECRET_KEY = "freshet-hidden-secret";
  static final String REGION = "us-east-1";

  /** Laid out by the build of this module; other modules stand beside it. */
  private static final Path JARS = Path.of("../flink-job/target/s3-server").toAbsolutePath();

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Process process;
  private final int port;

  private S3Server(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /** Starts the server with one empty bucket. */
  public static S3Server start(Path directory) throws IOException, InterruptedException {
    Files.createDirectories(directory.resolve("data").resolve(BUCKET));
    int port = FreePort.next();
    Path conf =
        Files.writeString(
            directory.resolve("s3proxy.conf"),
            String.join(
                "\n",
                "s3proxy.endpoint=http://127.0.0.1:" + port,
                "s3proxy.authorization=aws-v2-or-v4",
                "s3proxy.identity=" + ACCESS_KEY,
                "s3proxy.credential=" + SECRET_KEY,
                "jclouds.provider=filesystem-nio2",
                "jclouds.filesystem.basedir=" + directory.resolve("data")));
    Files.writeString(
        directory.resolve("logback.xml"),
        "<configuration><appender name='S' class='ch.qos.logback.core.ConsoleAppender'><encoder>"
            + "<pattern>%d %p %c %m%n</pattern></encoder></appender>"
            + "<root level='INFO'><appender-ref ref='S'/></root></configuration>");
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    String jars = directory + ":" + JARS + "/*";
    Process process =
        new ProcessBuilder(
                List.of(
                    java.toString(),
                    "-Xmx256m",
                    "-cp",
                    jars,
                    "org.gaul.s3proxy.Main",
                    "--properties",
                    conf.toString()))
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("s3proxy.log").toFile())
            .start();
    S3Server server = new S3Server(process, port);
    server.awaitUp(directory.resolve("s3proxy.log"));
    return server;
  }

  private void awaitUp(Path log) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        new Socket(InetAddress.getLoopbackAddress(), port).close();
        return;
      } catch (IOException e) {
        if (!process.isAlive() || System.nanoTime() > deadline) {
          close();
          throw new IOException("The S3 server does not start: " + Files.readString(log), e);
        }
        Thread.sleep(50);
      }
    }
  }

  public int port() {
    return port;
  }

  /** Of an object or a prefix in the bucket. */
  public static String uri(String key) {
    return "s3://" + BUCKET + "/" + key;
  }

  /** How the server is reached, or something that stands before it. */
  public static Configuration options(int port) {
    Configuration options = new Configuration();
    options.setString("s3.endpoint", "http://127.0.0.1:" + port);
    options.setString("s3.region", REGION);
    options.setString("s3.path-style-access", "true");
    options.setString("s3.access-key", ACCESS_KEY);
    options.setString("s3.secret-key", SECRET_KEY);
    return options;
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().completeOnTimeout(process, PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    process.destroyForcibly();
  }
}
