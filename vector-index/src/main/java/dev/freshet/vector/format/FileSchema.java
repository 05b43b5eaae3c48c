package dev.freshet.vector.format;

import static dev.freshet.vector.format.CorruptSegmentException.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The schema of a Lance file: its global buffer 0.
 *
 * @param columns the top-level fields, in order
 * @param metadata schema metadata
 * @param rows rows of the file
 */
record FileSchema(List<Column> columns, Map<String, String> metadata, long rows) {

  /**
   * @param type Lance's logical type, such as {@code uint64} or {@code fixed_size_list:uint8:16}
   */
  record Column(String name, String type) {}

  static FileSchema parse(byte[] descriptor) throws CorruptSegmentException {
    List<Column> columns = new ArrayList<>();
    Map<String, String> metadata = new HashMap<>();
    long rows = 0;
    ProtoReader message = new ProtoReader(descriptor);
    while (message.next()) {
      if (message.field() == 1) {
        parseSchema(message.message(), columns, metadata);
      } else if (message.field() == 2) {
        rows = message.number();
      }
    }
    return new FileSchema(List.copyOf(columns), Map.copyOf(metadata), rows);
  }

  /** Index of a column, whose type must be the one named. */
  int indexOf(String name, String type) throws CorruptSegmentException {
    int index = columns.indexOf(new Column(name, type));
    check(index >= 0, "no column %s of type %s among %s", name, type, columns);
    return index;
  }

  String metadata(String key) throws CorruptSegmentException {
    String value = metadata.get(key);
    check(value != null, "no '%s' in the metadata", key);
    return value;
  }

  private static void parseSchema(
      ProtoReader schema, List<Column> columns, Map<String, String> metadata)
      throws CorruptSegmentException {
    while (schema.next()) {
      if (schema.field() == 1) {
        parseField(schema.message(), columns);
      } else if (schema.field() == 5) {
        parseEntry(schema.message(), metadata);
      }
    }
  }

  private static void parseField(ProtoReader field, List<Column> columns)
      throws CorruptSegmentException {
    String name = "";
    String type = "";
    int parent = 0;
    while (field.next()) {
      switch (field.field()) {
        case 2 -> name = field.string();
        case 4 -> parent = (int) field.number();
        case 5 -> type = field.string();
        default -> {}
      }
    }
    if (parent == -1) {
      columns.add(new Column(name, type));
    }
  }

  private static void parseEntry(ProtoReader entry, Map<String, String> metadata)
      throws CorruptSegmentException {
    String key = "";
    String value = "";
    while (entry.next()) {
      switch (entry.field()) {
        case 1 -> key = entry.string();
        case 2 -> value = entry.string();
        default -> {}
      }
    }
    metadata.put(key, value);
  }
}
