package dev.freshet.vector.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Metadata as Lance 7.0.0 writes it, and as newer ones do. */
class LanceSupportTest {

  private static final String RQ =
      "\"rotate_mat_position\":null,\"fast_rotation_signs\":[1,2],\"rotation_type\":\"fast\","
          + "\"code_dim\":128,\"num_bits\":1,\"packed\":false";

  private static final String[] RQ_COLUMNS = {
    "_rowid", "_rabit_codes", "__add_factors", "__scale_factors"
  };

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "IVF_FLAT; l2; {'dim':128};",
        "IVF_SQ; l2; {'dim':128,'num_bits':8};",
        "IVF_SQ; l2; {'dim':128,'num_bits':4}; has SQ codes of 4 bits, which are not known",
        "IVF_HNSW_SQ; cosine; {'dim':128,'num_bits':8};",
        "IVF_HNSW_SQ; l2; {'dim':8,'num_bits':16}; has SQ codes of 16 bits, which are not known",
        "IVF_PQ; l2; {'nbits':8};",
        "IVF_PQ; dot; {'nbits':4};",
        "IVF_HNSW_FLAT; l2; {'dim':8}; is of type IVF_HNSW_FLAT, which Freshet does not build",
        "IVF_FLAT; hamming; {'dim':8}; has the distance hamming, which Freshet does not know",
      })
  void knowsTypesDistancesAndBits(String type, String metric, String storage, String objection)
      throws CorruptSegmentException {
    assertThat(objection(type, metric, storage.replace('\'', '"'), "_rowid"))
        .isEqualTo(Optional.ofNullable(objection));
  }

  @Test
  void knowsItsOwnRotatedCodesAndNoOthers() throws CorruptSegmentException {
    assertThat(objection("IVF_RQ", "l2", "{" + RQ + "}", RQ_COLUMNS)).isEmpty();
    assertThat(objection("IVF_RQ", "l2", "{" + RQ.replace("s\":1", "s\":3") + "}", RQ_COLUMNS))
        .contains("has RQ codes of 3 bits, which are not known");
    assertThat(
            objection(
                "IVF_RQ",
                "l2",
                "{" + RQ + ",\"query_estimator\":\"raw_query\"}",
                Stream.concat(Stream.of(RQ_COLUMNS), Stream.of("__error_factors"))
                    .toArray(String[]::new)))
        .contains(
            "has the codes of a newer Lance (__error_factors, query_estimator), which this one"
                + " reads wrongly");
  }

  private static Optional<String> objection(
      String type, String metric, String storage, String... columns)
      throws CorruptSegmentException {
    FileSchema index =
        new FileSchema(
            List.of(),
            Map.of(
                SegmentFiles.INDEX_KEY,
                "{\"type\":\"" + type + "\",\"distance_type\":\"" + metric + "\"}"),
            0);
    String text = storage.replace("\"", "\\\"");
    FileSchema auxiliary =
        new FileSchema(
            Stream.of(columns).map(name -> new FileSchema.Column(name, "float", true)).toList(),
            Map.of(SegmentFiles.STORAGE_KEY, "[\"" + text + "\"]"),
            0);
    return LanceSupport.objection(index, auxiliary);
  }
}
