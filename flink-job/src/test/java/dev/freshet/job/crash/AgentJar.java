package dev.freshet.job.crash;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import net.bytebuddy.ByteBuddy;

/** Packs the agent: the classes of this package, with Byte Buddy named on its class path. */
final class AgentJar {

  private AgentJar() {}

  /** Writes the jar of {@link CrashAgent}. */
  static Path write(Path jar) throws IOException {
    return write(jar, CrashAgent.class);
  }

  /**
   * Writes the jar.
   *
   * @param agent of this package
   */
  static Path write(Path jar, Class<?> agent) throws IOException {
    Manifest manifest = new Manifest();
    Attributes main = manifest.getMainAttributes();
    main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    main.put(new Attributes.Name("Premain-Class"), agent.getName());
    main.put(Attributes.Name.CLASS_PATH, origin(ByteBuddy.class).toUri().toString());
    Path root = origin(AgentJar.class);
    Path directory = root.resolve(AgentJar.class.getPackageName().replace('.', '/'));
    List<Path> classes;
    try (Stream<Path> files = Files.list(directory)) {
      classes = files.filter(file -> file.toString().endsWith(".class")).sorted().toList();
    }
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream entries = new JarOutputStream(out, manifest)) {
      for (Path file : classes) {
        entries.putNextEntry(new JarEntry(root.relativize(file).toString()));
        try (InputStream bytes = Files.newInputStream(file)) {
          bytes.transferTo(entries);
        }
        entries.closeEntry();
      }
    }
    return jar;
  }

  private static Path origin(Class<?> type) throws IOException {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IOException("Where is " + type + "?", e);
    }
  }
}
