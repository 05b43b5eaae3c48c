package dev.freshet.operators.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.state.serde.VersionedSerializer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.function.Function;

/** What every serializer of the stream keeps; its golden bytes are {@code golden/<name>.hex}. */
public final class SerializerContract<T> {

  private static final int SEEDS = 50;
  private static final int DAMAGES = 1_000;

  private final String name;
  private final VersionedSerializer<T> serializer;
  private final T golden;

  private SerializerContract(String name, VersionedSerializer<T> serializer, T golden) {
    this.name = name;
    this.serializer = serializer;
    this.golden = golden;
  }

  /** The contract of a serializer; the name is that of the golden file, with the version. */
  public static <T> SerializerContract<T> of(
      String name, VersionedSerializer<T> serializer, T golden) {
    return new SerializerContract<>(name, serializer, golden);
  }

  /** The bytes are those that were released, and they are read. */
  public void bytesAreGolden() throws IOException {
    String written = HexFormat.of().formatHex(serializer.toBytes(golden));
    String expected = goldenHex(written);
    assertThat(written)
        .as("%s: give changed bytes a new version, and keep the old codec", name)
        .isEqualTo(expected);
    assertSame(serializer.fromBytes(HexFormat.of().parseHex(expected)), golden, "golden bytes");
  }

  /** The bytes of an earlier release are read. */
  public void earlierBytesAreRead(String earlier) throws IOException {
    assertSame(serializer.fromBytes(golden(earlier)), golden, earlier);
  }

  /** Whatever is written is read back. */
  public void randomValuesComeBack(Function<Random, T> values) throws IOException {
    for (long seed = 0; seed < SEEDS; seed++) {
      T value = values.apply(new Random(seed));
      assertSame(serializer.fromBytes(serializer.toBytes(value)), value, "seed " + seed);
    }
  }

  /** Too few bytes, too many, and an unknown version are an IOException each. */
  public void wrongBytesAreRejected() {
    byte[] bytes = serializer.serialize(golden);
    for (int length = 0; length < bytes.length; length++) {
      byte[] truncated = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> serializer.deserialize(serializer.version(), truncated))
          .as("%s of %s bytes", name, length)
          .isInstanceOf(IOException.class);
    }
    byte[] longer = Arrays.copyOf(bytes, bytes.length + 2);
    assertThatThrownBy(() -> serializer.deserialize(serializer.version(), longer))
        .as(name)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("2 bytes ");
    assertThatThrownBy(() -> serializer.deserialize(99, bytes))
        .as(name)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("version 99");
  }

  /** Damaged bytes give a value or an IOException, never another error. */
  public void damagedBytesAreContained() {
    for (long seed = 0; seed < DAMAGES; seed++) {
      Random random = new Random(seed);
      byte[] bytes = serializer.serialize(golden);
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      assertThat(outcome(bytes)).as("%s of seed %s", name, seed).isIn("value", "rejected");
    }
  }

  private String outcome(byte[] bytes) {
    try {
      return serializer.deserialize(serializer.version(), bytes) == null ? "null" : "value";
    } catch (IOException e) {
      return "rejected";
    } catch (RuntimeException e) {
      return e.toString();
    }
  }

  private void assertSame(T actual, T expected, String of) {
    assertThat(actual)
        .as("%s of %s", name, of)
        .usingRecursiveComparison()
        .withStrictTypeChecking()
        .isEqualTo(expected);
  }

  private String goldenHex(String written) {
    return HexFormat.of().formatHex(golden(name, "written were " + written));
  }

  /** The bytes of a golden file. */
  public static byte[] golden(String name) {
    return golden(name, "");
  }

  private static byte[] golden(String name, String otherwise) {
    String file = "/golden/" + name + ".hex";
    try (InputStream in = SerializerContract.class.getResourceAsStream(file)) {
      assertThat(in).as("no golden bytes %s; %s", file, otherwise).isNotNull();
      String hex = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
      return HexFormat.of().parseHex(hex.replaceAll("\\s", ""));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
