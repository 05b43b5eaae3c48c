package dev.freshet.lance.manifest;

import dev.freshet.vector.format.ProtoReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Has only those of many protobuf messages parsed that are not byte for byte like one before.
 *
 * <p>Of those that begin alike the last is remembered, so a message may be parsed again. The first
 * bytes hold the id of a fragment, or a part of the uuid of an index. Thread-safe.
 */
final class KnownMessages {

  /** Odd, so that no two numbers become the same. */
  private static final long MIXER = 0x9E3779B97F4A7C15L;

  private final Parser parser;
  private final Map<Long, ByteBuffer> byBeginning = new ConcurrentHashMap<>();

  /** What is done with a message; in any order, and by several threads. */
  @FunctionalInterface
  interface Parser {
    void parse(ProtoReader message) throws IOException;
  }

  KnownMessages(Parser parser) {
    this.parser = parser;
  }

  /** Parses a message, unless it is known. */
  void see(ByteBuffer message) throws IOException {
    long beginning = beginning(message);
    if (!message.equals(byBeginning.get(beginning))) {
      parser.parse(new ProtoReader(message));
      byBeginning.put(beginning, copy(message)); // once it is parsed: others rely on that
    }
  }

  /** The first bytes, mixed: ids that follow each other differ in few bits. */
  private static long beginning(ByteBuffer message) {
    return message.remaining() < Long.BYTES
        ? message.remaining()
        : message.getLong(message.position()) * MIXER;
  }

  /** The message alone, without the file that it is in. */
  private static ByteBuffer copy(ByteBuffer message) {
    byte[] bytes = new byte[message.remaining()];
    message.duplicate().get(bytes);
    return ByteBuffer.wrap(bytes);
  }
}
