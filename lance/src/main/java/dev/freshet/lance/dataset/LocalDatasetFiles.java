package dev.freshet.lance.dataset;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/** Files of a dataset on a file system. */
public final class LocalDatasetFiles implements DatasetFiles {

  private final Path dataset;

  public LocalDatasetFiles(Path dataset) {
    this.dataset = dataset;
  }

  @Override
  public List<Entry> list(String directory) throws IOException {
    Path listed = dataset.resolve(directory);
    if (!Files.isDirectory(listed)) {
      return List.of();
    }
    List<Entry> entries = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(listed)) {
      for (Path file : files) {
        addIfThere(directory + "/" + file.getFileName(), file, entries);
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    entries.sort(Comparator.comparing(Entry::path));
    return entries;
  }

  private static void addIfThere(String path, Path file, List<Entry> entries) throws IOException {
    try {
      BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
      entries.add(
          new Entry(
              path,
              found.isDirectory(),
              found.isDirectory() ? 0 : found.size(),
              found.lastModifiedTime().toInstant()));
    } catch (NoSuchFileException e) {
      return; // removed meanwhile
    }
  }

  @Override
  public byte[] read(String path) throws IOException {
    try {
      return Files.readAllBytes(dataset.resolve(path));
    } catch (NoSuchFileException e) {
      FileNotFoundException missing = new FileNotFoundException(dataset.resolve(path).toString());
      missing.initCause(e);
      throw missing;
    }
  }

  /** A reader sees all of the file or none of it. */
  @Override
  public void write(String path, byte[] bytes) throws IOException {
    Path target = dataset.resolve(path);
    Path directory = Files.createDirectories(target.resolveSibling("."));
    Path part = directory.resolve("." + UUID.randomUUID());
    Files.write(part, bytes);
    Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
  }

  @Override
  public void delete(String path) throws IOException {
    Files.deleteIfExists(dataset.resolve(path));
  }

  @Override
  public void deleteDirectory(String path) throws IOException {
    Path directory = dataset.resolve(path);
    if (!Files.isDirectory(directory)) {
      return;
    }
    try (Stream<Path> entries = Files.walk(directory)) {
      for (Path entry : entries.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(entry);
      }
    }
  }

  @Override
  public Instant now() throws IOException {
    Path probe = Files.createTempFile(dataset, ".clock-", "");
    try {
      return Files.getLastModifiedTime(probe).toInstant();
    } finally {
      Files.delete(probe);
    }
  }
}
