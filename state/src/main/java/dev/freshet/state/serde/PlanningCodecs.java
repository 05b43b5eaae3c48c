package dev.freshet.state.serde;

import dev.freshet.state.model.ModelReference;
import dev.freshet.state.model.SegmentPlan;
import dev.freshet.state.planning.InFlight;
import dev.freshet.state.planning.UnpublishedPlans;
import java.util.Optional;

/** The formats of {@code dev.freshet.state.planning}. */
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

  static Codec<UnpublishedPlans> unpublishedPlans(Codec<Optional<ModelReference>> model) {
    Codec<SegmentPlan> plan = ModelCodecs.segmentPlan(model);
    Codec<UnpublishedPlans.Pending> pending =
        Codec.of(
            (one, out) -> {
              plan.write(one.plan(), out);
              out.writeInstant(one.since());
            },
            in -> new UnpublishedPlans.Pending(plan.read(in), in.readInstant()));
    return Codec.of(
        (plans, out) -> Codec.listOf(pending).write(plans.pending(), out),
        in -> new UnpublishedPlans(Codec.listOf(pending).read(in)));
  }

  private PlanningCodecs() {}
}
