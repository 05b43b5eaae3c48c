package dev.freshet.vector.format;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** Index files in memory, which a test may damage. */
public final class InMemoryIndexStorage implements IndexStorage {
  private final Map<UUID, Map<String, byte[]>> files = new ConcurrentHashMap<>();

  private final FormatSource format;

  /** Writes files of format 2.1. */
  public InMemoryIndexStorage() {
    this(FormatSource.DEFAULT);
  }

  InMemoryIndexStorage(FormatSource format) {
    this.format = format;
  }

  @Override
  public FileFormat format() throws IOException {
    return format.format();
  }

  @Override
  public String datasetUri() {
    return "memory://dataset";
  }

  @Override
  public Map<String, String> storageOptions() {
    return Map.of();
  }

  @Override
  public long length(UUID segment, String file) throws IOException {
    return content(segment, file).length;
  }

  @Override
  public byte[] read(UUID segment, String file, long offset, int length) throws IOException {
    byte[] content = content(segment, file);
    if (offset < 0 || offset + length > content.length) {
      throw new EOFException(location(segment, file));
    }
    return Arrays.copyOfRange(content, (int) offset, (int) offset + length);
  }

  @Override
  public OutputStream create(UUID segment, String file) throws IOException {
    if (files.getOrDefault(segment, Map.of()).containsKey(file)) {
      throw new FileAlreadyExistsException(location(segment, file));
    }
    replace(segment, file, new byte[0]);
    return new ByteArrayOutputStream() {
      @Override
      public void close() {
        replace(segment, file, toByteArray());
      }
    };
  }

  /** Replaces a file's content. */
  public void replace(UUID segment, String file, byte[] content) {
    files.computeIfAbsent(segment, uuid -> new ConcurrentHashMap<>()).put(file, content);
  }

  /** A file's content; shared, not to be changed. */
  public byte[] content(UUID segment, String file) throws IOException {
    return Optional.ofNullable(files.getOrDefault(segment, Map.of()).get(file))
        .orElseThrow(() -> new FileNotFoundException(location(segment, file)));
  }

  @Override
  public long size(UUID segment) {
    return files.getOrDefault(segment, Map.of()).values().stream()
        .mapToLong(content -> content.length)
        .sum();
  }

  @Override
  public List<UUID> list() {
    return List.copyOf(files.keySet());
  }

  @Override
  public void delete(UUID segment) {
    files.remove(segment);
  }

  @Override
  public String location(UUID segment, String file) {
    return datasetUri() + "/" + INDICES + "/" + segment + "/" + file;
  }
}
