package dev.freshet.vector.format;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/** Index files of a dataset on a local file system. */
public final class LocalIndexStorage implements IndexStorage {
  private final String datasetUri;
  private final FormatSource format;
  private final Path indices;
  private final LargeFileReads largeFiles = new LargeFileReads();

  /**
   * @param datasetUri a plain path or a {@code file://} URI
   */
  public LocalIndexStorage(String datasetUri) {
    this(datasetUri, FormatSource.DEFAULT);
  }

  /**
   * @param datasetUri a plain path or a {@code file://} URI
   * @param format asked for each new segment
   */
  public LocalIndexStorage(String datasetUri, FormatSource format) {
    this.datasetUri = datasetUri;
    this.format = format;
    Path dataset =
        datasetUri.startsWith("file:") ? Path.of(URI.create(datasetUri)) : Path.of(datasetUri);
    this.indices = dataset.toAbsolutePath().resolve(INDICES);
  }

  @Override
  public String datasetUri() {
    return datasetUri;
  }

  @Override
  public Map<String, String> storageOptions() {
    return Map.of();
  }

  @Override
  public FileFormat format() throws IOException {
    return format.format();
  }

  @Override
  public long length(UUID segment, String file) throws IOException {
    try {
      return Files.size(path(segment, file));
    } catch (NoSuchFileException e) {
      throw missing(segment, file, e);
    }
  }

  @Override
  public byte[] read(UUID segment, String file, long offset, int length) throws IOException {
    Optional<byte[]> large = largeFiles.read(path(segment, file), offset, length);
    return large.isPresent() ? large.get() : readCached(segment, file, offset, length);
  }

  private byte[] readCached(UUID segment, String file, long offset, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    try (FileChannel channel = FileChannel.open(path(segment, file))) {
      while (bytes.hasRemaining()) {
        if (channel.read(bytes, offset + bytes.position()) < 0) {
          throw new EOFException(
              location(segment, file) + " ends before byte " + (offset + length));
        }
      }
    } catch (NoSuchFileException e) {
      throw missing(segment, file, e);
    }
    return bytes.array();
  }

  @Override
  public OutputStream create(UUID segment, String file) throws IOException {
    Path target = path(segment, file);
    Files.createDirectories(indices.resolve(segment.toString()));
    try {
      return new LargeFileOutput(target);
    } catch (FileAlreadyExistsException e) {
      throw written(target.toString());
    }
  }

  @Override
  public long size(UUID segment) throws IOException {
    Path directory = indices.resolve(segment.toString());
    if (!Files.isDirectory(directory)) {
      return 0;
    }
    long size = 0;
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        size += Files.size(file);
      }
    }
    return size;
  }

  @Override
  public List<UUID> list() throws IOException {
    if (!Files.isDirectory(indices)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(indices)) {
      return entries.flatMap(entry -> uuid(entry).stream()).sorted().toList();
    }
  }

  @Override
  public void delete(UUID segment) throws IOException {
    Path directory = indices.resolve(segment.toString());
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
  public String location(UUID segment, String file) {
    return path(segment, file).toString();
  }

  private static FileAlreadyExistsException written(String file) {
    return new FileAlreadyExistsException(
        file, null, "a segment is written once, take a fresh uuid");
  }

  private Path path(UUID segment, String file) {
    return indices.resolve(segment.toString()).resolve(file);
  }

  private static Optional<UUID> uuid(Path entry) {
    try {
      return Optional.of(UUID.fromString(String.valueOf(entry.getFileName())));
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // not a segment
    }
  }

  private FileNotFoundException missing(UUID segment, String file, IOException cause) {
    FileNotFoundException missing = new FileNotFoundException(location(segment, file));
    missing.initCause(cause);
    return missing;
  }
}
