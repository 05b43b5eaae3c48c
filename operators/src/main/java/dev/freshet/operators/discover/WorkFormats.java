package dev.freshet.operators.discover;

import dev.freshet.operators.discover.DiscoveryState.Compacting;
import dev.freshet.operators.wire.NestedCodec;
import dev.freshet.state.model.CompactionGroup;
import dev.freshet.state.model.ShardTask;
import dev.freshet.state.planning.InFlight;
import dev.freshet.state.serde.BinaryReader;
import dev.freshet.state.serde.BinaryWriter;
import dev.freshet.state.serde.Codec;
import dev.freshet.state.serde.FormatSerializer;
import dev.freshet.state.serde.Serializers;
import java.io.IOException;
import java.util.Map;

/** The formats of what discovery sends and remembers. */
public final class WorkFormats {

  private static final int INDEX = 1;
  private static final int COMPACT = 2;
  private static final int RECHECK = 3;

  private static final Codec<ShardTask> TASK = NestedCodec.of(Serializers.SHARD_TASK);
  private static final Codec<CompactionGroup> GROUP = NestedCodec.of(Serializers.COMPACTION_GROUP);
  private static final Codec<InFlight> IN_FLIGHT = NestedCodec.of(Serializers.IN_FLIGHT);

  public static final FormatSerializer<Work> WORK =
      new FormatSerializer<>(
          "work", Map.of(1, Codec.of(WorkFormats::writeWork, WorkFormats::readWork)));

  private static final Codec<WorkSplit> SPLIT_V1 =
      Codec.of(
          (split, out) -> {
            out.writeNumber(split.sequence());
            writeWork(split.work(), out);
          },
          in -> new WorkSplit(in.readNumber(), readWork(in)));

  static final FormatSerializer<WorkSplit> SPLIT =
      new FormatSerializer<>("work split", Map.of(1, SPLIT_V1));

  private static final Codec<Compacting> COMPACTING_V1 =
      Codec.of(
          (compacting, out) -> {
            GROUP.write(compacting.group(), out);
            out.writeInstant(compacting.since());
          },
          in -> new Compacting(GROUP.read(in), in.readInstant()));

  static final FormatSerializer<DiscoveryState> STATE =
      new FormatSerializer<>(
          "discovery state",
          Map.of(
              1,
              Codec.of(
                  (state, out) -> {
                    IN_FLIGHT.write(state.inFlight(), out);
                    Codec.listOf(COMPACTING_V1).write(state.compacting(), out);
                    out.writeNumber(state.shardSequence());
                    out.writeNumber(state.splitSequence());
                    Codec.listOf(SPLIT_V1).write(state.pending(), out);
                  },
                  in ->
                      new DiscoveryState(
                          IN_FLIGHT.read(in),
                          Codec.listOf(COMPACTING_V1).read(in),
                          in.readNumber(),
                          in.readNumber(),
                          Codec.listOf(SPLIT_V1).read(in)))));

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
