package dev.freshet.operators.wire;

import dev.freshet.state.model.CompactionGroup;
import dev.freshet.state.model.ShardTask;
import dev.freshet.state.serde.BinaryReader;
import dev.freshet.state.serde.BinaryWriter;
import dev.freshet.state.serde.Codec;
import dev.freshet.state.serde.FormatSerializer;
import dev.freshet.state.serde.Serializers;
import java.io.IOException;
import java.util.Map;

/** The formats of what discovery sends. */
public final class WorkFormats {

  private static final int INDEX = 1;
  private static final int COMPACT = 2;
  private static final int RECHECK = 3;

  private static final Codec<ShardTask> TASK = NestedCodec.of(Serializers.SHARD_TASK);
  private static final Codec<CompactionGroup> GROUP = NestedCodec.of(Serializers.COMPACTION_GROUP);

  /** The first format of work, for what holds some. */
  public static final Codec<Work> WORK_V1 = Codec.of(WorkFormats::writeWork, WorkFormats::readWork);

  public static final FormatSerializer<Work> WORK =
      new FormatSerializer<>("work", Map.of(1, WORK_V1));

  private WorkFormats() {}

  private static void writeWork(Work work, BinaryWriter out) {
    if (work instanceof Work.Index index) {
      out.writeNumber(INDEX);
      TASK.write(index.task(), out);
    } else if (work instanceof Work.Compact compact) {
      out.writeNumber(COMPACT);
      GROUP.write(compact.group(), out);
    } else if (work instanceof Work.Recheck recheck) {
      out.writeNumber(RECHECK);
      out.writeUuid(recheck.segment());
    }
  }

  private static Work readWork(BinaryReader in) throws IOException {
    int kind = in.readInt();
    return switch (kind) {
      case INDEX -> new Work.Index(TASK.read(in));
      case COMPACT -> new Work.Compact(GROUP.read(in));
      case RECHECK -> new Work.Recheck(in.readUuid());
      default -> throw new IOException("Unknown kind of work " + kind);
    };
  }
}
