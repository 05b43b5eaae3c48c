package dev.freshet.operators.wire;

import dev.freshet.lance.commit.CompactionResult;
import dev.freshet.lance.commit.CompactionResultSerializer;
import dev.freshet.state.model.BuiltSegment;
import dev.freshet.state.model.UnpublishedSegment;
import dev.freshet.state.serde.BinaryReader;
import dev.freshet.state.serde.BinaryWriter;
import dev.freshet.state.serde.Codec;
import dev.freshet.state.serde.FormatSerializer;
import dev.freshet.state.serde.Serializers;
import java.io.IOException;
import java.util.Map;

/** The format of what the sink keeps until it is committed. */
public final class PublicationFormat {

  private static final int SEGMENT = 1;
  private static final int COMPACTION = 2;
  private static final int RECHECK = 3;

  private static final Codec<BuiltSegment> BUILT = NestedCodec.of(Serializers.BUILT_SEGMENT);
  private static final Codec<CompactionResult> RESULT =
      NestedCodec.of(new CompactionResultSerializer());

  public static final FormatSerializer<Publication> PUBLICATION =
      new FormatSerializer<>(
          "publication", Map.of(1, Codec.of(PublicationFormat::write, PublicationFormat::read)));

  private PublicationFormat() {}

  private static void write(Publication publication, BinaryWriter out) {
    if (publication instanceof Publication.Segment one) {
      out.writeNumber(SEGMENT);
      BUILT.write(one.segment().built(), out);
      out.writeBytes(one.segment().details());
    } else if (publication instanceof Publication.Compaction compaction) {
      out.writeNumber(COMPACTION);
      RESULT.write(compaction.result(), out);
    } else if (publication instanceof Publication.Recheck recheck) {
      out.writeNumber(RECHECK);
      out.writeUuid(recheck.segment());
    }
  }

  private static Publication read(BinaryReader in) throws IOException {
    int kind = in.readInt();
    return switch (kind) {
      case SEGMENT ->
          new Publication.Segment(new UnpublishedSegment(BUILT.read(in), in.readBytes()));
      case COMPACTION -> new Publication.Compaction(RESULT.read(in));
      case RECHECK -> new Publication.Recheck(in.readUuid());
      default -> throw new IOException("Unknown kind of publication " + kind);
    };
  }
}
