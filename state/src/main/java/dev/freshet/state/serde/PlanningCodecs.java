package dev.freshet.state.serde;

import dev.freshet.state.planning.InFlight;
import dev.freshet.state.planning.UnpublishedPlans;

/** Version 1 of the formats of {@code dev.freshet.state.planning}. */
final class PlanningCodecs {

  private static final Codec<InFlight.HandedOut> HANDED_OUT_V1 =
      Codec.of(
          (shard, out) -> {
            out.writeText(shard.shard());
            Codec.listOf(ModelCodecs.ROW_RANGE_V1).write(shard.ranges(), out);
            out.writeNumber(shard.version());
            out.writeNumber(shard.rows());
            out.writeInstant(shard.handedOut());
            out.writeInstant(shard.lastProgress());
          },
          in ->
              new InFlight.HandedOut(
                  in.readText(),
                  Codec.listOf(ModelCodecs.ROW_RANGE_V1).read(in),
                  in.readNumber(),
                  in.readNumber(),
                  in.readInstant(),
                  in.readInstant()));

  static final Codec<InFlight> IN_FLIGHT_V1 =
      Codec.of(
          (inFlight, out) -> Codec.listOf(HANDED_OUT_V1).write(inFlight.shards(), out),
          in -> new InFlight(Codec.listOf(HANDED_OUT_V1).read(in)));

  private static final Codec<UnpublishedPlans.Pending> PENDING_V1 =
      Codec.of(
          (pending, out) -> {
            ModelCodecs.SEGMENT_PLAN_V1.write(pending.plan(), out);
            out.writeInstant(pending.since());
          },
          in ->
              new UnpublishedPlans.Pending(ModelCodecs.SEGMENT_PLAN_V1.read(in), in.readInstant()));

  static final Codec<UnpublishedPlans> UNPUBLISHED_PLANS_V1 =
      Codec.of(
          (plans, out) -> Codec.listOf(PENDING_V1).write(plans.pending(), out),
          in -> new UnpublishedPlans(Codec.listOf(PENDING_V1).read(in)));

  private PlanningCodecs() {}
}
