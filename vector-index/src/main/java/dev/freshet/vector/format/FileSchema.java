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
  private static final int NO_PARENT = -1;
  private static final int PLAIN_ENCODING = 1;

  /**
   * @param type Lance's logical type, such as {@code uint64} or {@code fixed_size_list:uint8:16}
   */
  record Column(String name, String type, boolean nullable) {}

  byte[] toByteArray() {
    ProtoWriter schema = new ProtoWriter();
    for (int id = 0; id < columns.size(); id++) {
      Column column = columns.get(id);
      schema.message(
          1,
          new ProtoWriter()
              .string(2, column.name())
              .number(3, id)
              .number(4, NO_PARENT)
              .string(5, column.type())
              .number(6, column.nullable() ? 1 : 0)
              .number(7, PLAIN_ENCODING));
    }
    metadata.forEach(
        (key, value) -> schema.message(5, new ProtoWriter().string(1, key).string(2, value)));
    return new ProtoWriter().message(1, schema).number(2, rows).toByteArray();
  }

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
    for (int index = 0; index < columns.size(); index++) {
      if (columns.get(index).name().equals(name) && columns.get(index).type().equals(type)) {
        return index;
      }
    }
    throw new CorruptSegmentException(
        "no column %s of type %s among %s".formatted(name, type, columns));
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
    boolean nullable = false;
    while (field.next()) {
      switch (field.field()) {
        case 2 -> name = field.string();
        case 4 -> parent = (int) field.number();
        case 5 -> type = field.string();
        case 6 -> nullable = field.number() != 0;
        default -> {}
      }
    }
    if (parent == NO_PARENT) {
      columns.add(new Column(name, type, nullable));
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
