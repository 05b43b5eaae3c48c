package dev.freshet.state.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SerializersTest {

  /**
   * One type; its golden bytes are {@code golden/<name>-v<version>.hex}.
   *
   * @param since the first version that can hold the value
   */
  record Case<T>(
      String name,
      int since,
      FormatSerializer<T> serializer,
      T golden,
      Function<RandomValues, T> random) {

    Case(String name, FormatSerializer<T> serializer, T golden, Function<RandomValues, T> random) {
      this(name, 1, serializer, golden, random);
    }

    int version() {
      return serializer.version();
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case<?>> cases() {
    return Stream.of(
        new Case<>("shard-task", Serializers.SHARD_TASK, Examples.TASK, RandomValues::task),
        new Case<>(
            "model-reference", Serializers.MODEL_REFERENCE, Examples.MODEL, RandomValues::model),
        new Case<>("assign-task", Serializers.ASSIGN_TASK, Examples.ASSIGN, RandomValues::assign),
        new Case<>("sealed-shard", Serializers.SEALED_SHARD, Examples.SHARD, RandomValues::shard),
        new Case<>(
            "sealed-shard-list",
            Serializers.SEALED_SHARD.list(),
            List.of(Examples.SHARD, Examples.SHARD_WITHOUT_SEGMENT),
            values -> values.listOf(0, values::shard)),
        new Case<>(
            "sealed-shard-without-model",
            2,
            Serializers.SEALED_SHARD,
            Examples.SHARD_WITHOUT_MODEL,
            RandomValues::shard),
        new Case<>("segment-plan", Serializers.SEGMENT_PLAN, Examples.PLAN, RandomValues::plan),
        new Case<>(
            "segment-plan-without-model",
            2,
            Serializers.SEGMENT_PLAN,
            Examples.PLAN_WITHOUT_MODEL,
            RandomValues::plan),
        new Case<>("built-segment", Serializers.BUILT_SEGMENT, Examples.BUILT, RandomValues::built),
        new Case<>(
            "compaction-group", Serializers.COMPACTION_GROUP, Examples.GROUP, RandomValues::group),
        new Case<>("in-flight", Serializers.IN_FLIGHT, Examples.IN_FLIGHT, RandomValues::inFlight),
        new Case<>(
            "unpublished-plans",
            Serializers.UNPUBLISHED_PLANS,
            Examples.UNPUBLISHED,
            RandomValues::unpublished));
  }

  @ParameterizedTest
  @MethodSource("cases")
  <T> void bytesOfTheCurrentVersionAreGolden(Case<T> type) throws IOException {
    String written = HexFormat.of().formatHex(type.serializer().toBytes(type.golden()));
    assertThat(written)
        .as("%s: give changed bytes a new version, and keep the old codec", type.serializer())
        .isEqualTo(golden(type, type.serializer().version()));
  }

  @ParameterizedTest
  @MethodSource("cases")
  <T> void everyVersionIsRead(Case<T> type) throws IOException {
    for (int version = type.since(); version <= type.serializer().version(); version++) {
      byte[] bytes = HexFormat.of().parseHex(golden(type, version));
      assertThat(bytes[0]).isEqualTo((byte) version);
      assertThat(type.serializer().fromBytes(bytes)).isEqualTo(type.golden());
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  <T> void randomValuesComeBack(Case<T> type) throws IOException {
    for (long seed = 0; seed < 300; seed++) {
      T value = type.random().apply(new RandomValues(new Random(seed)));
      assertThat(type.serializer().fromBytes(type.serializer().toBytes(value)))
          .as("%s of seed %s", type, seed)
          .isEqualTo(value);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  <T> void truncatedBytesAreRejected(Case<T> type) {
    byte[] bytes = type.serializer().serialize(type.golden());
    for (int length = 0; length < bytes.length; length++) {
      byte[] truncated = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> type.serializer().deserialize(type.version(), truncated))
          .as("%s of %s bytes", type, length)
          .isInstanceOf(IOException.class)
          .hasMessageContaining(
              "of version " + type.version() + " from " + length + " bytes: At byte ")
          .hasMessageContaining("more are needed");
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  <T> void trailingBytesAreRejected(Case<T> type) {
    byte[] bytes = type.serializer().serialize(type.golden());
    byte[] longer = Arrays.copyOf(bytes, bytes.length + 2);
    assertThatThrownBy(() -> type.serializer().deserialize(type.version(), longer))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("2 bytes follow behind the end at byte " + bytes.length);
  }

  @ParameterizedTest
  @MethodSource("cases")
  <T> void anUnknownVersionIsRejected(Case<T> type) {
    byte[] bytes = type.serializer().toBytes(type.golden());
    bytes[0] = 99;
    assertThatThrownBy(() -> type.serializer().fromBytes(bytes))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("of version 99: this release knows versions [1");
  }

  /** Damaged bytes give a value or an IOException, never another error or a huge allocation. */
  @ParameterizedTest
  @MethodSource("cases")
  <T> void damagedBytesAreContained(Case<T> type) {
    for (long seed = 0; seed < 2_000; seed++) {
      Random random = new Random(seed);
      byte[] bytes = type.serializer().serialize(type.golden());
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      String outcome;
      try {
        outcome = type.serializer().deserialize(type.version(), bytes) == null ? "null" : "value";
      } catch (IOException e) {
        outcome = e.getMessage().startsWith("Cannot read a ") ? "rejected" : e.getMessage();
      }
      assertThat(outcome).as("%s of seed %s", type, seed).isIn("value", "rejected");
    }
  }

  @Test
  void everySerializerHasACase() {
    long declared =
        Arrays.stream(Serializers.class.getFields())
            .filter(field -> Modifier.isStatic(field.getModifiers()))
            .count();
    assertThat(
            cases()
                .map(Case::name)
                .filter(name -> !name.endsWith("-list") && !name.endsWith("-without-model")))
        .hasSize((int) declared);
  }

  @Test
  void anOldVersionIsReadByItsOwnCodec() throws IOException {
    Codec<String> plain = Codec.of((text, out) -> out.writeText(text), BinaryReader::readText);
    Codec<String> doubled =
        Codec.of(
            (text, out) -> out.writeText(text + text),
            in -> {
              String text = in.readText();
              return text.substring(text.length() / 2);
            });
    FormatSerializer<String> old = new FormatSerializer<>("word", Map.of(1, plain));
    FormatSerializer<String> current = new FormatSerializer<>("word", Map.of(1, plain, 2, doubled));
    assertThat(current.toBytes("ab")).containsExactly(2, 4, 'a', 'b', 'a', 'b');
    assertThat(current.fromBytes(old.toBytes("ab"))).isEqualTo("ab");
    assertThat(current.list().fromBytes(old.list().toBytes(List.of("a", "b"))))
        .containsExactly("a", "b");
    assertThatThrownBy(() -> old.fromBytes(current.toBytes("ab")))
        .hasMessageContaining("Cannot read a word of version 2");
  }

  @Test
  void nothingIsNotAValue() {
    assertThatThrownBy(() -> Serializers.SHARD_TASK.fromBytes(new byte[0]))
        .isInstanceOf(IOException.class)
        .hasMessage("Nothing to read: not even a version");
  }

  private static String golden(Case<?> type, int version) throws IOException {
    String file = "/golden/" + type.name() + "-v" + version + ".hex";
    try (InputStream in = SerializersTest.class.getResourceAsStream(file)) {
      assertThat(in).as("golden bytes %s", file).isNotNull();
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII).replaceAll("\\s", "");
    }
  }
}
