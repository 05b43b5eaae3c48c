package dev.freshet.lance.commit;

import dev.freshet.lance.dataset.DatasetException;
import dev.freshet.lance.dataset.DatasetFiles;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.manifest.ManifestReader;
import dev.freshet.lance.manifest.StoredIndex;
import dev.freshet.vector.format.ProtoReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.lance.Dataset;
import org.lance.index.Index;
import org.lance.index.IndexCriteria;
import org.lance.index.IndexDescription;

/**
 * How an INVERTED index takes texts apart, as Lance's JSON. Segments of one index must agree in all
 * of it: if they do not, Lance commits them and fails every query from then on.
 */
public final class TextParameters {

  /** Those of LanceDB. */
  private static final String DEFAULTS =
      "{\"base_tokenizer\":\"simple\",\"language\":\"English\",\"with_position\":false,"
          + "\"max_token_length\":40,\"lower_case\":true,\"stem\":true,\"remove_stop_words\":true,"
          + "\"ascii_folding\":true,\"min_ngram_length\":3,\"max_ngram_length\":3,"
          + "\"prefix_only\":false}";

  /** The highest field of {@code lance.table.InvertedIndexDetails} that Lance 7.0.0 knows. */
  private static final int NEWEST_KNOWN_FIELD = 11;

  private static final int BASE_TOKENIZER = 1;

  /** Later fields that only say how postings are laid out, and what of it Lance 7.0.0 reads. */
  private static final int BLOCK_SIZE = 12;

  private static final int KNOWN_BLOCK_SIZE = 128;
  private static final int FORMAT = 15;
  private static final int NEWEST_KNOWN_FORMAT = 2;

  private static final String VARIABLE = "LANCE_FTS_FORMAT_VERSION";

  private TextParameters() {}

  /**
   * The parameters of an index: those of its segments; or if it has none, those of the last that a
   * segment was built by; or else the defaults of LanceDB.
   *
   * @param files of the dataset
   * @param kept the file of what the last segment was built by, which this writes
   */
  public static String of(DatasetHandle handle, String index, DatasetFiles files, String kept)
      throws IOException {
    Optional<String> before = read(files, kept);
    String parameters = ofSegments(handle, index).orElseGet(() -> before.orElse(DEFAULTS));
    if (!before.equals(Optional.of(parameters))) {
      files.write(kept, parameters.getBytes(StandardCharsets.UTF_8));
    }
    return parameters;
  }

  private static Optional<String> read(DatasetFiles files, String kept) throws IOException {
    try {
      return Optional.of(new String(files.read(kept), StandardCharsets.UTF_8));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }

  /** The parameters of an index that has segments, as far as Lance 7.0.0 knows them. */
  public static Optional<String> ofSegments(DatasetHandle handle, String index) {
    return ManifestReader.segments(handle, index).isEmpty()
        ? Optional.empty()
        : described(handle.dataset(), index);
  }

  static Optional<String> described(Dataset dataset, String index) {
    return dataset.describeIndices(new IndexCriteria.Builder().hasName(index).build()).stream()
        .findFirst()
        .map(IndexDescription::getDetailsJson);
  }

  /**
   * Whether two words with a blank between them stand beside each other in the index, too: not
   * where a comma after the second makes another word of it.
   */
  public static boolean tellPlaces(String parameters) {
    return parameters.contains("\"with_position\":true")
        && parameters.contains("\"base_tokenizer\":\"simple\"");
  }

  /** What tells that Lance 7.0.0 does not know all parameters of an index; empty if it does. */
  public static Optional<String> unknown(DatasetHandle handle, String index) throws IOException {
    for (Index segment : ManifestReader.segments(handle, index)) {
      Optional<String> unknown =
          unknown(StoredIndex.detailsOf(segment.indexDetails().orElse(new byte[0])));
      if (unknown.isPresent()) {
        return unknown;
      }
    }
    return Optional.empty();
  }

  static Optional<String> unknown(ByteBuffer message) throws IOException {
    ProtoReader details = new ProtoReader(message);
    boolean saysTokenizer = false;
    while (details.next()) {
      int field = details.field();
      saysTokenizer |= field == BASE_TOKENIZER;
      boolean known =
          switch (field) {
            case BLOCK_SIZE -> details.number() == KNOWN_BLOCK_SIZE;
            case FORMAT -> details.number() <= NEWEST_KNOWN_FORMAT;
            default -> field <= NEWEST_KNOWN_FIELD;
          };
      if (!known) {
        return Optional.of("is of a newer Lance (parameter " + field + ")");
      }
    }
    return saysTokenizer
        ? Optional.empty()
        : Optional.of("does not say how it takes texts apart, as one of an old Lance");
  }

  /**
   * Refuses to build in a process whose segments would be in Lance 7.0.0's first format, which it
   * cannot read back whole: merges and compactions of tables that have it fail for ever.
   *
   * @throws DatasetException in one line
   */
  public static void requireFormat() {
    requireFormat(System.getenv());
  }

  static void requireFormat(Map<String, String> environment) {
    if (!"2".equals(environment.get(VARIABLE))) {
      throw new DatasetException(
          "An index of type INVERTED needs "
              + VARIABLE
              + "=2 in the environment of each process: with the format before, Lance 7.0.0 cannot"
              + " compact the table any more");
    }
  }
}
