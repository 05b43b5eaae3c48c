package dev.freshet.state.planning;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.Fragment;
import dev.freshet.state.model.LogicalIndex;
import dev.freshet.state.model.ManifestVersion;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SegmentWatchTest {

  private static final UUID FIRST = new UUID(0, 1);
  private static final UUID SECOND = new UUID(0, 2);

  private final SegmentWatch watch = new SegmentWatch();

  @Test
  void aSegmentIsNoticedOnce() {
    assertThat(watch.changed(manifest(new int[] {0, 1, 2}, segment(FIRST, 0, 1))))
        .containsExactly(FIRST);
    assertThat(watch.changed(manifest(new int[] {0, 1, 2}, segment(FIRST, 0, 1)))).isEmpty();
    assertThat(
            watch.changed(manifest(new int[] {0, 1, 2}, segment(FIRST, 0, 1), segment(SECOND, 2))))
        .containsExactly(SECOND);
  }

  @Test
  void aSegmentPutOverOtherFragmentsIsNoticedAgain() {
    watch.changed(manifest(new int[] {0, 1}, segment(FIRST, 0, 1)));
    assertThat(watch.changed(manifest(new int[] {4}, segment(FIRST, 4)))).containsExactly(FIRST);
  }

  @Test
  void fragmentsThatLeaveDoNotMatter() {
    watch.changed(manifest(new int[] {0, 1}, segment(FIRST, 0, 1)));
    assertThat(watch.changed(manifest(new int[] {1}, segment(FIRST, 0, 1)))).isEmpty();
    assertThat(watch.changed(manifest(new int[] {}, segment(FIRST, 0, 1)))).isEmpty();
  }

  @Test
  void aSegmentThatCoversALiveFragmentNoMoreIsNoticedAgain() {
    watch.changed(manifest(new int[] {0, 1}, segment(FIRST, 0, 1)));
    assertThat(watch.changed(manifest(new int[] {0, 1}, segment(FIRST, 1)))).containsExactly(FIRST);
    assertThat(watch.changed(manifest(new int[] {0, 1}, segment(FIRST, 1)))).isEmpty();
  }

  @Test
  void aSegmentThatWasTakenOffAFragmentIsNoticedThoughThatIsGone() {
    watch.changed(manifest(new int[] {0, 1}, segment(FIRST, 0, 1)));
    assertThat(watch.changed(manifest(new int[] {1}, segment(FIRST, 1)))).containsExactly(FIRST);
    assertThat(watch.changed(manifest(new int[] {}, segment(FIRST)))).containsExactly(FIRST);
  }

  private static ManifestVersion manifest(int[] live, CommittedSegment... segments) {
    List<Fragment> fragments = Arrays.stream(live).mapToObj(id -> new Fragment(id, 10, 0)).toList();
    return new ManifestVersion(
        1, Instant.EPOCH, fragments, new LogicalIndex("idx", List.of(segments)));
  }

  private static CommittedSegment segment(UUID uuid, int... fragments) {
    return new CommittedSegment(uuid, Coverage.of(IntStream.of(fragments)));
  }
}
