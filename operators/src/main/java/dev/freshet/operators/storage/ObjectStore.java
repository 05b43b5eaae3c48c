package dev.freshet.operators.storage;

import dev.freshet.operators.storage.RequestCounter.Kind;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.FileAlreadyExistsException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.FileSystem.WriteMode;
import org.apache.flink.core.fs.Path;

/**
 * What Freshet asks of an object store, in few requests, with every failure an IOException: the
 * clients behind Flink's file systems throw unchecked ones too.
 *
 * <p>The file system is found when it is first used, under the configuration that the process gave
 * to Flink. Thread-safe.
 */
final class ObjectStore {

  private final Path root;
  private final RequestCounter requests;

  ObjectStore(String root, RequestCounter requests) {
    this.root = new Path(URI.create(root));
    this.requests = requests;
  }

  private interface Request<T> {
    T ask(FileSystem store, Path path) throws IOException;
  }

  private <T> T ask(Kind kind, long bytes, String key, Request<T> request) throws IOException {
    Path path = key.isEmpty() ? root : new Path(root, key);
    requests.count(kind, bytes);
    try {
      return request.ask(root.getFileSystem(), path);
    } catch (RuntimeException e) {
      throw new IOException(
          "Object store failed to " + kind.name().toLowerCase(Locale.ROOT) + " " + path, e);
    }
  }

  static IOException failed(String what, String location, RuntimeException cause) {
    return new IOException(
        "The object store failed to " + what + " " + location + ": " + cause.getMessage(), cause);
  }

  String location(String key) {
    return new Path(root, key).toString();
  }

  /**
   * Size in bytes.
   *
   * @throws FileNotFoundException if there is no such object
   */
  long length(String key) throws IOException {
    FileStatus status = ask(Kind.STAT, 0, key, FileSystem::getFileStatus);
    if (status.isDir()) {
      throw new FileNotFoundException(location(key));
    }
    return status.getLen();
  }

  /**
   * Exactly {@code length} bytes.
   *
   * @throws EOFException if the object ends before
   * @throws FileNotFoundException if there is no such object
   */
  byte[] read(String key, long offset, int length) throws IOException {
    return ask(
        Kind.READ,
        length,
        key,
        (store, path) -> {
          try (FSDataInputStream in = store.open(path)) {
            in.seek(offset);
            byte[] bytes = in.readNBytes(length);
            if (bytes.length < length) {
              throw new EOFException(path + " ends before byte " + (offset + length));
            }
            return bytes;
          }
        });
  }

  /**
   * A new object, stored when the stream is closed.
   *
   * @throws FileAlreadyExistsException if it exists; one that is written meanwhile is not seen
   */
  OutputStream create(String key) throws IOException {
    try {
      OutputStream out =
          ask(Kind.STAT, 0, key, (store, path) -> store.create(path, WriteMode.NO_OVERWRITE));
      return new ObjectOutput(out, location(key), requests);
    } catch (IOException e) {
      if (exists(key)) {
        throw new FileAlreadyExistsException(
            location(key), null, "a segment is written once, take a fresh uuid");
      }
      throw e;
    }
  }

  /** Stores a small object, over one that is there. */
  void write(String key, byte[] bytes) throws IOException {
    try (OutputStream out =
        new ObjectOutput(
            ask(Kind.STAT, 0, key, (store, path) -> store.create(path, WriteMode.OVERWRITE)),
            location(key),
            requests)) {
      out.write(bytes, 0, bytes.length);
    }
  }

  /** When an object was stored, by the store's clock. */
  Instant modified(String key) throws IOException {
    return Instant.ofEpochMilli(
        ask(Kind.STAT, 0, key, FileSystem::getFileStatus).getModificationTime());
  }

  private boolean exists(String key) throws IOException {
    try {
      return length(key) >= 0;
    } catch (FileNotFoundException e) {
      return false;
    }
  }

  /** What is directly under a key; nothing if there is nothing. */
  List<FileStatus> list(String key) throws IOException {
    try {
      FileStatus[] entries = ask(Kind.LIST, 0, key, FileSystem::listStatus);
      return entries == null ? List.of() : List.of(entries);
    } catch (FileNotFoundException e) {
      return List.of();
    }
  }

  /** Removes an object, or everything under a key; does nothing if there is nothing. */
  void delete(String key, boolean recursive) throws IOException {
    try {
      ask(Kind.DELETE, 0, key, (store, path) -> store.delete(path, recursive));
    } catch (FileNotFoundException e) {
      return; // what was wanted
    }
  }
}
