package dev.freshet.operators.discover;

import dev.freshet.operators.wire.NestedCodec;
import dev.freshet.operators.wire.WorkFormats;
import dev.freshet.state.model.CompactionGroup;
import dev.freshet.state.planning.InFlight;
import dev.freshet.state.protocol.OpenWork;
import dev.freshet.state.protocol.OpenWork.Compacting;
import dev.freshet.state.serde.Codec;
import dev.freshet.state.serde.FormatSerializer;
import dev.freshet.state.serde.Serializers;
import java.util.Map;

/** The formats of what discovery remembers. */
final class DiscoveryFormats {

  private static final Codec<CompactionGroup> GROUP = NestedCodec.of(Serializers.COMPACTION_GROUP);
  private static final Codec<InFlight> IN_FLIGHT = NestedCodec.of(Serializers.IN_FLIGHT);

  private static final Codec<WorkSplit> SPLIT_V1 =
      Codec.of(
          (split, out) -> {
            out.writeNumber(split.sequence());
            WorkFormats.WORK_V1.write(split.work(), out);
          },
          in -> new WorkSplit(in.readNumber(), WorkFormats.WORK_V1.read(in)));

  static final FormatSerializer<WorkSplit> SPLIT =
      new FormatSerializer<>("work split", Map.of(1, SPLIT_V1));

  private static final Codec<Compacting> COMPACTING_V1 =
      Codec.of(
          (compacting, out) -> {
            GROUP.write(compacting.group(), out);
            out.writeInstant(compacting.since());
          },
          in -> new Compacting(GROUP.read(in), in.readInstant()));

  private static final Codec<OpenWork> OPEN_V1 =
      Codec.of(
          (work, out) -> {
            IN_FLIGHT.write(work.inFlight(), out);
            Codec.listOf(COMPACTING_V1).write(work.compacting(), out);
            out.writeNumber(work.shardSequence());
          },
          in ->
              new OpenWork(
                  IN_FLIGHT.read(in), Codec.listOf(COMPACTING_V1).read(in), in.readNumber()));

  static final FormatSerializer<DiscoveryState> STATE =
      new FormatSerializer<>(
          "discovery state",
          Map.of(
              1,
              Codec.of(
                  (state, out) -> {
                    OPEN_V1.write(state.open(), out);
                    out.writeNumber(state.splitSequence());
                    Codec.listOf(SPLIT_V1).write(state.pending(), out);
                  },
                  in ->
                      new DiscoveryState(
                          OPEN_V1.read(in), in.readNumber(), Codec.listOf(SPLIT_V1).read(in)))));

  private DiscoveryFormats() {}
}
