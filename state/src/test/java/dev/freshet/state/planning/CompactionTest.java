package dev.freshet.state.planning;

import static dev.freshet.state.planning.Samples.fragments;
import static dev.freshet.state.planning.Samples.manifest;
import static dev.freshet.state.planning.Samples.segment;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.state.model.CompactionGroup;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.Fragment;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.ManifestVersion;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CompactionTest {

  private static final CompactionPolicy POLICY = new CompactionPolicy(100, 3, 0.1);

  private static CompactionGroup group(int... fragments) {
    return new CompactionGroup(1, Coverage.of(fragments), 1_000);
  }

  @Test
  void onlyNeighboursOfOneSegmentAreSelected() {
    ManifestVersion manifest =
        manifest(1, fragments(1, 1, 1, 1, 1, 1), segment(1, 0, 1, 2, 9), segment(2, 3, 4));
    assertThat(
            CompactionSelection.select(
                List.of(
                    group(0, 1), group(1, 2), group(2, 3), group(4, 5), group(2, 9), group(3, 4)),
                manifest,
                InFlight.none(),
                Coverage.empty()))
        .containsExactly(group(0, 1), group(3, 4));
  }

  @Test
  void fragmentsInWorkAreNotSelected() {
    ManifestVersion manifest = manifest(1, fragments(1, 1, 1, 1), segment(1, 0, 1, 2, 3));
    ManifestVersion before = manifest(1, fragments(1));
    InFlight inFlight =
        InFlight.none()
            .handOut(
                ShardPlanner.plan(
                    before, InFlight.none(), ShardPolicy.defaults(IndexType.IVF_PQ), 0),
                Instant.EPOCH);
    assertThat(
            CompactionSelection.select(
                List.of(group(0, 1), group(2, 3)), manifest, inFlight, Coverage.of(3)))
        .isEmpty();
  }

  @Test
  void groupsOfFewSmallFragmentsWaitUnlessNoneIsLarger() {
    CompactionPolicy policy = new CompactionPolicy(100, 6, 0.1);
    List<Fragment> fragments = new ArrayList<>(fragments(9, 9, 9, 9, 9, 50, 50));
    fragments.add(new Fragment(7, 20, 3));
    ManifestVersion manifest = manifest(1, fragments, segment(1, 0, 1, 2, 3, 4, 5, 6, 7));
    CompactionGroup few = group(0, 1);
    CompactionGroup many = group(2, 3, 4);
    CompactionGroup large = group(5, 6);
    CompactionGroup worn = group(7);
    assertThat(CompactionSelection.worthwhile(List.of(few, many, large, worn), manifest, policy))
        .containsExactly(many, large, worn);
    assertThat(CompactionSelection.worthwhile(List.of(few), manifest, policy)).containsExactly(few);
  }

  @Test
  void smallNeighboursOfOneSegmentMakeCompactionDue() {
    assertThat(CompactionTrigger.due(manifest(1, fragments(9, 9, 9), segment(1, 0, 1, 2)), POLICY))
        .isTrue();
    assertThat(CompactionTrigger.due(manifest(1, fragments(9, 9, 9)), POLICY)).isFalse();
    assertThat(
            CompactionTrigger.due(
                manifest(1, fragments(9, 9, 9), segment(1, 0, 1), segment(2, 2)), POLICY))
        .isFalse();
    assertThat(
            CompactionTrigger.due(
                manifest(1, fragments(9, 9, 100, 9), segment(1, 0, 1, 2, 3)), POLICY))
        .isFalse();
  }

  @Test
  void deletedRowsMakeCompactionDue() {
    List<Fragment> tenth = List.of(new Fragment(0, 1_000, 100));
    List<Fragment> more = List.of(new Fragment(0, 1_000, 101));
    assertThat(CompactionTrigger.due(manifest(1, tenth, segment(1, 0)), POLICY)).isFalse();
    assertThat(CompactionTrigger.due(manifest(1, more, segment(1, 0)), POLICY)).isTrue();
    assertThat(CompactionTrigger.due(manifest(1, more), POLICY)).isFalse();
  }

  @Test
  void aPolicyHasSensibleLimits() {
    assertThatThrownBy(() -> new CompactionPolicy(1, 1, 0.1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2 fragments");
    assertThatThrownBy(() -> new CompactionPolicy(1, 2, Double.NaN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("fraction above 0 up to 1");
  }

  @Test
  void overlapsAreViolationsAndLeftoversAreNotes() {
    ManifestVersion manifest =
        manifest(1, fragments(1, 1, 1), segment(1, 0, 7), segment(2, 0, 1), segment(2, 5));
    assertThat(CoverageCheck.violations(manifest))
        .containsExactly(
            "Segment 00000000-0000-0001-0000-000000000002 of index vectors overlaps others in"
                + " fragments [0]: drop the index and run Freshet on the table",
            "Segment 00000000-0000-0001-0000-000000000002 of index vectors is named more than"
                + " once: drop the index and run Freshet on the table");
    assertThat(CoverageCheck.notes(manifest))
        .containsExactly(
            "Segment 00000000-0000-0001-0000-000000000001 of index vectors covers fragments that no"
                + " longer exist: [7]",
            "Segment 00000000-0000-0001-0000-000000000002 of index vectors covers fragments that no"
                + " longer exist: [5]",
            "Index vectors does not cover fragments [2]");
  }
}
