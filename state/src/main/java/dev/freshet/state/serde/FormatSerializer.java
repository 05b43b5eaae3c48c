package dev.freshet.state.serde;

import java.io.IOException;
import java.time.DateTimeException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** A serializer with a codec for each version of a type's format; the highest is written. */
public final class FormatSerializer<T> implements VersionedSerializer<T> {

  private final String type;
  private final TreeMap<Integer, Codec<T>> versions;

  /**
   * @param type what errors call it, for example {@code shard task}
   */
  public FormatSerializer(String type, Map<Integer, Codec<T>> versions) {
    this.type = type;
    this.versions = new TreeMap<>(versions);
    if (versions.isEmpty() || this.versions.firstKey() < 1 || this.versions.lastKey() > 127) {
      throw new IllegalArgumentException("The versions of a " + type + " are from 1 to 127");
    }
  }

  @Override
  public int version() {
    return versions.lastKey();
  }

  @Override
  public byte[] serialize(T value) {
    BinaryWriter out = new BinaryWriter();
    versions.lastEntry().getValue().write(value, out);
    return out.toBytes();
  }

  @Override
  public T deserialize(int version, byte[] bytes) throws IOException {
    Codec<T> codec =
        Optional.ofNullable(versions.get(version))
            .orElseThrow(
                () ->
                    new IOException(
                        "Cannot read a "
                            + type
                            + " of version "
                            + version
                            + ": this release knows versions "
                            + versions.keySet()
                            + "; use the release that wrote it, or a newer one"));
    try {
      BinaryReader in = new BinaryReader(bytes);
      T value = codec.read(in);
      in.end();
      return value;
    } catch (IOException | IllegalArgumentException | DateTimeException e) {
      throw new IOException(
          "Cannot read a "
              + type
              + " of version "
              + version
              + " from "
              + bytes.length
              + " bytes: "
              + e.getMessage(),
          e);
    }
  }

  /** Lists of this type, with its versions. */
  public FormatSerializer<List<T>> list() {
    return new FormatSerializer<>(
        "list of " + type,
        versions.entrySet().stream()
            .collect(Collectors.toMap(Map.Entry::getKey, entry -> Codec.listOf(entry.getValue()))));
  }

  @Override
  public String toString() {
    return type + " version " + version();
  }
}
