package dev.freshet.vector.format;

import dev.freshet.state.model.IndexType;
import dev.freshet.vector.quantizer.IvfModel;
import dev.freshet.vector.quantizer.Quantizer;

/**
 * Describes a segment to the manifest: the bytes of a protobuf Any of {@code
 * lance.index.pb.VectorIndexDetails}, for {@code org.lance.index.Index.Builder#indexDetails}.
 */
public final class IndexDetails {
  private static final String TYPE_URL = "/lance.index.pb.VectorIndexDetails";
  private static final int METRIC = 1;
  private static final int PRODUCT = 4;
  private static final int SCALAR = 5;
  private static final int FLAT = 8;

  private IndexDetails() {}

  /**
   * The details of segments of that model; Lance's own also tell how it trained, which is optional.
   *
   * @throws IllegalArgumentException if segments of the model's type are built by Lance only
   */
  public static byte[] encode(IvfModel model) {
    ProtoWriter details = new ProtoWriter();
    int metric =
        switch (model.metric()) {
          case L2 -> 0;
          case COSINE -> 1;
          case DOT -> 2;
        };
    if (metric != 0) {
      details.number(METRIC, metric); // protobuf leaves out a zero
    }
    if (model.type().builder() == IndexType.Builder.LANCE) {
      throw new IllegalArgumentException(
          "Segments of " + model.type() + " are Lance's own, and so are their details");
    }
    Quantizer quantizer = model.quantizer();
    switch (model.type().training()) {
      case NONE -> details.message(FLAT, new ProtoWriter());
      case BOUNDS -> details.message(SCALAR, new ProtoWriter().number(1, Byte.SIZE));
      case CODEBOOK -> {
        Quantizer.Product pq = (Quantizer.Product) quantizer;
        details.message(PRODUCT, new ProtoWriter().number(1, pq.bits()).number(2, pq.subVectors()));
      }
      case LEFT_TO_LANCE -> throw new IllegalStateException("Lance builds " + model.type());
    }
    return new ProtoWriter().string(1, TYPE_URL).message(2, details).toByteArray();
  }
}
