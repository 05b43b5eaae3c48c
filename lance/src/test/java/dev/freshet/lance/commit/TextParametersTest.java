package dev.freshet.lance.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.lance.ValuesTable;
import dev.freshet.lance.dataset.DatasetException;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.vector.format.ProtoWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lance.index.IndexOptions;
import org.lance.index.IndexParams;
import org.lance.index.IndexType;
import org.lance.index.scalar.ScalarIndexParams;

class TextParametersTest {

  private static final String KEPT = "_freshet/prose_idx/text.json";
  private static final String INDEX = "prose_idx";

  @TempDir Path directory;

  @Test
  void theFirstFormatIsRefused() {
    assertThatThrownBy(() -> TextParameters.requireFormat(Map.of()))
        .isInstanceOf(DatasetException.class)
        .hasMessageStartingWith("An index of type INVERTED needs LANCE_FTS_FORMAT_VERSION=2");
    assertThatThrownBy(() -> TextParameters.requireFormat(Map.of("LANCE_FTS_FORMAT_VERSION", "1")))
        .isInstanceOf(DatasetException.class);
    assertThatCode(() -> TextParameters.requireFormat(Map.of("LANCE_FTS_FORMAT_VERSION", "2")))
        .doesNotThrowAnyException();
  }

  @Test
  void theyOutliveTheSegments() throws Exception {
    try (ValuesTable table = new ValuesTable(directory.resolve("t"), false, 1)) {
      table.append(100);
      String defaults;
      try (DatasetHandle handle = table.open()) {
        defaults = TextParameters.of(handle, INDEX, table.files(), KEPT);
      }
      assertThat(defaults).contains("\"stem\":true", "\"with_position\":false");
      index(table, defaults.replace("\"stem\":true", "\"stem\":false"));
      String taken;
      try (DatasetHandle handle = table.open()) {
        taken = TextParameters.of(handle, INDEX, table.files(), KEPT);
        assertThat(taken).contains("\"stem\":false");
        assertThat(TextParameters.unknown(handle, INDEX)).isEmpty();
        handle.dataset().dropIndex(INDEX);
      }
      try (DatasetHandle handle = table.open()) {
        assertThat(TextParameters.of(handle, INDEX, table.files(), KEPT)).isEqualTo(taken);
      }
    }
  }

  private static void index(ValuesTable table, String parameters) {
    IndexParams params =
        IndexParams.builder()
            .setScalarIndexParams(ScalarIndexParams.create("inverted", parameters))
            .build();
    try (DatasetHandle handle = table.open()) {
      handle
          .dataset()
          .createIndex(
              IndexOptions.builder(List.of(ValuesTable.PROSE), IndexType.INVERTED, params)
                  .withIndexName(INDEX)
                  .build());
    }
  }

  /**
   * Fields of Lance's details by their numbers: 1 the tokenizer, 12 the block size, 15 the format.
   */
  @Test
  void whatANewerOrOlderLanceSaysIsUnknown() throws Exception {
    assertThat(unknown(new ProtoWriter().string(1, "simple").number(12, 128).number(15, 2)))
        .isEmpty();
    assertThat(unknown(new ProtoWriter().string(1, "simple").number(12, 256))).isPresent();
    assertThat(unknown(new ProtoWriter().string(1, "simple").number(15, 3))).isPresent();
    assertThat(unknown(new ProtoWriter().string(1, "simple").number(13, 1))).isPresent();
    assertThat(unknown(new ProtoWriter())).isPresent();
  }

  private static Optional<String> unknown(ProtoWriter details) throws IOException {
    return TextParameters.unknown(ByteBuffer.wrap(details.toByteArray()));
  }

  @Test
  void onlyAnalyzersOfWordsTellPlaces() {
    String places = "{\"base_tokenizer\":\"simple\",\"with_position\":true}";
    assertThat(TextParameters.tellPlaces(places)).isTrue();
    assertThat(TextParameters.tellPlaces(places.replace("simple", "ngram"))).isFalse();
    assertThat(TextParameters.tellPlaces(places.replace("simple", "whitespace"))).isFalse();
    assertThat(TextParameters.tellPlaces(places.replace("true", "false"))).isFalse();
  }
}
