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

  @Test
  void aSegmentOverAFragmentOfOtherFilesIsNoticedAgain() {
    CommittedSegment[] both = {segment(FIRST, 0, 1), segment(SECOND, 2)};
    watch.changed(manifest(new int[] {0, 1, 2}, both));
    List<Fragment> rewritten =
        List.of(new Fragment(0, 10, 0), new Fragment(1, 10, 0, 77), new Fragment(2, 10, 3));
    assertThat(watch.changed(manifest(rewritten, both))).containsExactly(FIRST);
    assertThat(watch.changed(manifest(rewritten, both))).isEmpty();
  }

  private static ManifestVersion manifest(int[] live, CommittedSegment... segments) {
    return manifest(Arrays.stream(live).mapToObj(id -> new Fragment(id, 10, 0)).toList(), segments);
  }

  private static ManifestVersion manifest(List<Fragment> fragments, CommittedSegment... segments) {
    return new ManifestVersion(
        1, Instant.EPOCH, fragments, new LogicalIndex("idx", List.of(segments)));
  }

  private static CommittedSegment segment(UUID uuid, int... fragments) {
    return new CommittedSegment(uuid, Coverage.of(IntStream.of(fragments)));
  }
}
