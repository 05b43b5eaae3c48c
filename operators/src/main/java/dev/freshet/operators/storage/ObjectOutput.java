package dev.freshet.operators.storage;

import dev.freshet.operators.storage.RequestCounter.Kind;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** An object that is being written; Flink's file system stores it when it is closed. */
final class ObjectOutput extends FilterOutputStream {

  private final String location;
  private final RequestCounter requests;
  private long bytes;

  ObjectOutput(OutputStream out, String location, RequestCounter requests) {
    super(out);
    this.location = location;
    this.requests = requests;
  }

  @Override
  public void write(byte[] source, int offset, int length) throws IOException {
    out.write(source, offset, length);
    bytes += length;
  }

  /** The client behind the file system throws unchecked exceptions. */
  @Override
  public void close() throws IOException {
    requests.count(Kind.WRITE, bytes);
    try {
      out.close();
    } catch (RuntimeException e) {
      throw ObjectStore.failed("write", location, e);
    }
  }
}
