package dev.freshet.lance.manifest;

import dev.freshet.vector.format.ProtoReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;
import java.util.UUID;

/**
 * One index entry as a manifest's file holds it: a segment of a vector index, or a whole other
 * index, also one that Lance's own calls do not show.
 *
 * @param type simple name of its details' protobuf message, such as {@code InvertedIndexDetails};
 *     blank if it has none
 * @param version the index version; 0 if it says none
 * @param details the content of its details
 * @param newestField the highest number of a field in the entry
 */
public record StoredIndex(
    UUID uuid, String name, String type, int version, ByteBuffer details, int newestField) {

  /** The highest field of {@code lance.table.IndexMetadata} that Lance 7.0.0 knows and writes. */
  private static final int NEWEST_KNOWN_FIELD = 10;

  public StoredIndex {
    Objects.requireNonNull(uuid, "uuid");
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(details, "details");
  }

  /** Reads a protobuf {@code lance.table.IndexMetadata}. */
  public static StoredIndex parse(ProtoReader entry) throws IOException {
    UUID uuid = new UUID(0, 0);
    String name = "";
    String type = "";
    int version = 0;
    int newest = 0;
    ByteBuffer details = ByteBuffer.allocate(0);
    while (entry.next()) {
      newest = Math.max(newest, entry.field());
      switch (entry.field()) {
        case 1 -> uuid = uuid(entry.message());
        case 3 -> name = entry.string();
        case 6 -> {
          ProtoReader any = entry.message();
          while (any.next()) {
            switch (any.field()) {
              case 1 -> type = simpleName(any.string());
              case 2 -> details = any.payload();
              default -> {} // an Any has no others
            }
          }
        }
        case 7 -> version = (int) entry.number();
        default -> {} // of no interest here
      }
    }
    return new StoredIndex(uuid, name, type, version, details.slice(), newest);
  }

  /** Of a protobuf {@code lance.table.UUID}. */
  public static UUID uuid(ProtoReader message) throws IOException {
    UUID uuid = new UUID(0, 0);
    while (message.next()) {
      if (message.field() == 1) {
        ByteBuffer bytes = message.payload().order(ByteOrder.BIG_ENDIAN);
        uuid = new UUID(bytes.getLong(), bytes.getLong());
      }
    }
    return uuid;
  }

  /** Simple name of the message in a protobuf Any; blank if it is empty. */
  public static String typeOf(byte[] details) throws IOException {
    ProtoReader any = new ProtoReader(details);
    while (any.next()) {
      if (any.field() == 1) {
        return simpleName(any.string());
      }
    }
    return "";
  }

  /** The message in a protobuf Any; nothing if it is empty. */
  public static ByteBuffer detailsOf(byte[] details) throws IOException {
    ProtoReader any = new ProtoReader(details);
    while (any.next()) {
      if (any.field() == 2) {
        return any.payload().slice();
      }
    }
    return ByteBuffer.allocate(0);
  }

  private static String simpleName(String typeUrl) {
    return typeUrl.substring(Math.max(typeUrl.lastIndexOf('.'), typeUrl.lastIndexOf('/')) + 1);
  }

  /** Whether it has a field that Lance 7.0.0 would not write back. */
  public boolean hasUnknownFields() {
    return newestField > NEWEST_KNOWN_FIELD;
  }

  /** For people: its name, type and version. */
  @Override
  public String toString() {
    return "'" + name + "' (" + type.replace("IndexDetails", "") + ", version " + version + ")";
  }
}
