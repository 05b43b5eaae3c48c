package dev.freshet.job.crash;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;

/**
 * Loads Lance's native library from a file that all processes share. Left alone each process
 * unpacks its 180 MB to a file of its own, which stays when the process is killed.
 */
public final class NativeLibraries {

  /** System property with the directory of the file. */
  static final String DIRECTORY = "freshet.crash.native";

  private NativeLibraries() {}

  /**
   * Called in place of {@code JarJniLoader.loadLib}.
   *
   * @return true: it is loaded
   */
  public static boolean load(Class<?> owner, String prefix, String name) throws IOException {
    Path file = Path.of(System.getProperty(DIRECTORY), System.mapLibraryName(name));
    if (!Files.exists(file)) {
      unpack(owner, prefix + "/" + platform() + "/" + file.getFileName(), file);
    }
    System.load(file.toString());
    return true;
  }

  private static String platform() {
    String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String processor = System.getProperty("os.arch").equals("amd64") ? "x86-64" : "aarch64";
    return (system.startsWith("mac") ? "darwin" : "linux") + "-" + processor;
  }

  private static void unpack(Class<?> owner, String resource, Path file) throws IOException {
    Path begun = Files.createTempFile(file.getParent(), "library", "");
    try (InputStream bytes = owner.getResourceAsStream(resource)) {
      if (bytes == null) {
        throw new IOException("No " + resource + " beside " + owner);
      }
      Files.copy(bytes, begun, StandardCopyOption.REPLACE_EXISTING);
    }
    Files.move(begun, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
