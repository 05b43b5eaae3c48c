package dev.freshet.job;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/**
 * The head of an HTTP/1.1 request, as far as a proxy has to know it.
 *
 * @param text request line and headers, with the empty line that ends them
 */
record RequestHead(String text) {

  /** Reads the next one of a connection; empty if the connection is over. */
  static Optional<RequestHead> read(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    int ends = 0;
    while (ends < 4) {
      int next = in.read();
      if (next < 0) {
        return Optional.empty();
      }
      head.write(next);
      ends = next == (ends % 2 == 0 ? '\r' : '\n') ? ends + 1 : next == '\r' ? 1 : 0;
    }
    return Optional.of(new RequestHead(head.toString(StandardCharsets.ISO_8859_1)));
  }

  /** Method, target and version. */
  String line() {
    return text.substring(0, text.indexOf('\r'));
  }

  /** By client, kind and place: {@code lance GET vectors.lance}. */
  String kind() {
    String[] words = line().split(" ", 3);
    boolean list = words[0].equals("GET") && words[1].contains("list-type=");
    boolean flink = text.toLowerCase(Locale.ROOT).contains("\r\nuser-agent: aws-sdk");
    return String.join(
        " ",
        flink ? "flink" : "lance",
        list ? "LIST" : words[0],
        words[1].contains("vectors.lance") ? "vectors.lance" : "elsewhere");
  }

  /** Bytes that follow the head. */
  long contentLength() {
    return text.lines()
        .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("content-length:"))
        .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(':') + 1).strip()))
        .findFirst()
        .orElse(0);
  }

  /** Writes the head, and the body that is still to be read. */
  void pass(InputStream body, OutputStream out) throws IOException {
    out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    byte[] buffer = new byte[1 << 16];
    for (long left = contentLength(); left > 0; ) {
      int read = body.read(buffer, 0, (int) Math.min(left, buffer.length));
      if (read < 0) {
        throw new EOFException();
      }
      out.write(buffer, 0, read);
      left -= read;
    }
    out.flush();
  }
}
