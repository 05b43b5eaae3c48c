package dev.freshet.vector.format;

import static dev.freshet.vector.format.CorruptSegmentException.check;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.freshet.vector.quantizer.IvfModel;
import dev.freshet.vector.quantizer.Quantizer;
import java.util.Map;

/** The JSON texts in the schema metadata of a segment's files. */
final class SegmentMetadata {
  /** Number of the global buffer with the IVF section. */
  static final int IVF_BUFFER = 1;

  /** Number of the global buffer with the PQ codebook. */
  static final int CODEBOOK_BUFFER = 2;

  private static final ObjectMapper JSON = new ObjectMapper();

  private SegmentMetadata() {}

  /** Schema metadata of {@code index.idx}. */
  static Map<String, String> index(IvfModel model) {
    ObjectNode index =
        JSON.createObjectNode()
            .put("type", model.type().name())
            .put("distance_type", model.metric().lanceName());
    ArrayNode partitions = JSON.createArrayNode();
    for (int p = 0; p < model.partitions(); p++) {
      partitions.add("");
    }
    return Map.of(
        SegmentFiles.INDEX_KEY, index.toString(),
        SegmentFiles.IVF_KEY, Integer.toString(IVF_BUFFER),
        SegmentFiles.FLAT_KEY, partitions.toString(),
        SegmentFiles.WRITER_KEY, SegmentFiles.FRESHET);
  }

  /** Schema metadata of {@code auxiliary.idx}. */
  static Map<String, String> auxiliary(IvfModel model) {
    ArrayNode storage = JSON.createArrayNode().add(storage(model).toString());
    return Map.of(
        SegmentFiles.DISTANCE_KEY, model.metric().lanceName(),
        SegmentFiles.IVF_KEY, Integer.toString(IVF_BUFFER),
        SegmentFiles.STORAGE_KEY, storage.toString());
  }

  private static ObjectNode storage(IvfModel model) {
    ObjectNode storage = JSON.createObjectNode();
    Quantizer quantizer = model.quantizer();
    if (quantizer instanceof Quantizer.Product pq) {
      storage.put("codebook_position", CODEBOOK_BUFFER);
      storage.put("nbits", pq.bits());
      storage.put("num_sub_vectors", pq.subVectors());
      storage.put("dimension", model.dimension());
      storage.putArray("codebook_tensor");
      storage.put("transposed", false);
    } else {
      storage.put("dim", model.dimension());
    }
    if (quantizer instanceof Quantizer.Scalar sq) {
      storage.put("num_bits", Byte.SIZE);
      storage.putObject("bounds").put("start", sq.lower()).put("end", sq.upper());
    }
    return storage;
  }

  /** The JSON object in the schema metadata of {@code index.idx}: type and distance. */
  static JsonNode parseIndex(FileSchema schema) throws CorruptSegmentException {
    return parse(schema.metadata(SegmentFiles.INDEX_KEY));
  }

  /** The quantizer's JSON object in the schema metadata of {@code auxiliary.idx}. */
  static JsonNode parseStorage(FileSchema schema) throws CorruptSegmentException {
    JsonNode array = parse(schema.metadata(SegmentFiles.STORAGE_KEY));
    check(array.size() == 1 && array.get(0) != null, "storage metadata %s", array);
    return parse(array.get(0).asText());
  }

  static int ivfBuffer(FileSchema schema) throws CorruptSegmentException {
    String number = schema.metadata(SegmentFiles.IVF_KEY);
    check(number.matches("\\d{1,9}"), "global buffer '%s' as IVF section", number);
    return Integer.parseInt(number);
  }

  static String text(JsonNode object, String key) throws CorruptSegmentException {
    check(object.path(key).isTextual(), "no text '%s' in %s", key, object);
    return object.get(key).asText();
  }

  static int integer(JsonNode object, String key) throws CorruptSegmentException {
    check(object.path(key).canConvertToInt(), "no number '%s' in %s", key, object);
    return object.get(key).asInt();
  }

  static double real(JsonNode object, String key) throws CorruptSegmentException {
    check(object.path(key).isNumber(), "no number '%s' in %s", key, object);
    return object.get(key).asDouble();
  }

  private static JsonNode parse(String json) throws CorruptSegmentException {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new CorruptSegmentException("metadata that is no JSON: " + e.getOriginalMessage(), e);
    }
  }
}
