package dev.freshet.lance.manifest;

import dev.freshet.vector.format.ProtoReader;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A transaction as Lance stores it.
 *
 * <p>Not read by Lance itself: that aborts the process at an operation that its Java side does not
 * know, like that of a branch, a shallow clone or new base paths, and throws at a compaction that
 * carried segments over.
 *
 * @param properties what its author said of it
 */
public record StoredTransaction(Operation operation, Map<String, String> properties) {

  /** What it did, as far as it matters here. */
  public enum Operation {
    OVERWRITE,
    REWRITE,
    RESTORE,
    OTHER
  }

  private static final Pattern FILE = Pattern.compile("\\d+-([0-9a-f-]{36})\\.txn");

  private static final int PROPERTIES = 4;
  private static final int KEY = 1;
  private static final int VALUE = 2;
  private static final int FIRST_OPERATION = 100;

  public StoredTransaction {
    Objects.requireNonNull(operation, "operation");
    properties = Map.copyOf(properties);
  }

  /** The uuid in the name of a transaction's file, if it is one. */
  public static Optional<String> uuid(String file) {
    Matcher matcher = FILE.matcher(file);
    return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  /** Reads a protobuf {@code lance.table.Transaction}. */
  public static StoredTransaction parse(ProtoReader message) throws IOException {
    Operation operation = Operation.OTHER;
    Map<String, String> properties = new HashMap<>();
    while (message.next()) {
      if (message.field() == PROPERTIES) {
        addProperty(message.message(), properties);
      } else if (message.field() >= FIRST_OPERATION) {
        operation = operation(message.field());
      }
    }
    return new StoredTransaction(operation, properties);
  }

  private static void addProperty(ProtoReader entry, Map<String, String> to) throws IOException {
    String key = "";
    String value = "";
    while (entry.next()) {
      switch (entry.field()) {
        case KEY -> key = entry.string();
        case VALUE -> value = entry.string();
        default -> {} // none is known
      }
    }
    to.put(key, value);
  }

  /** Each operation is a message in a field of its own. */
  private static Operation operation(int field) {
    return switch (field) {
      case 102 -> Operation.OVERWRITE;
      case 104 -> Operation.REWRITE;
      case 106 -> Operation.RESTORE;
      default -> Operation.OTHER;
    };
  }
}
