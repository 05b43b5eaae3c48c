package dev.freshet.vector.format;

import dev.freshet.vector.quantizer.IvfModel;
import dev.freshet.vector.quantizer.Quantizer;

/**
 * The column of {@code auxiliary.idx} that holds the codes.
 *
 * @param items scalars in one code
 * @param itemBytes bytes of one scalar: 4 (float32) or 1
 */
record CodeColumn(String name, int items, int itemBytes) {

  /**
   * @throws IllegalArgumentException if the codes of that type are known to Lance only, or SQ
   *     bounds are no float32 values
   */
  static CodeColumn of(IvfModel model) {
    Quantizer quantizer = model.quantizer();
    if (quantizer instanceof Quantizer.Flat) {
      return new CodeColumn("flat", model.dimension(), Float.BYTES);
    }
    if (quantizer instanceof Quantizer.Scalar sq) {
      if (sq.lower() != (float) sq.lower() || sq.upper() != (float) sq.upper()) {
        throw new IllegalArgumentException(
            "SQ bounds must be float32 values, for Lance changes the last bits of others: " + sq);
      }
      return new CodeColumn("__sq_code", model.dimension(), 1);
    }
    if (quantizer instanceof Quantizer.Product) {
      return new CodeColumn("__pq_code", model.codeBytes(), 1);
    }
    throw new IllegalArgumentException(
        "The codes of " + model.type() + " are Lance's own: build the segment with Lance");
  }

  int codeBytes() {
    return items * itemBytes;
  }

  /** Lance's logical type of the column. */
  String lanceType() {
    return "fixed_size_list:" + (itemBytes == Float.BYTES ? "float" : "uint8") + ":" + items;
  }
}
