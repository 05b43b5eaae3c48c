package dev.freshet.state.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.CompactionGroup;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.Fragment;
import dev.freshet.state.model.ManifestVersion;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.function.Supplier;

/** Those who write to the dataset beside the stream, and whom nothing stops. */
final class SimulatedWriters {
  private final SimulatedDataset dataset;
  private final Random random;
  private final Supplier<UUID> uuids;

  SimulatedWriters(SimulatedDataset dataset, Random random, Supplier<UUID> uuids) {
    this.dataset = dataset;
    this.random = random;
    this.uuids = uuids;
  }

  /** Changes the dataset in some way. */
  void write() {
    List<Fragment> fragments = dataset.manifest().fragments();
    int choice = random.nextInt(47);
    if (choice < 20 || fragments.isEmpty()) {
      dataset.append(1 + random.nextInt(random.nextInt(5) == 0 ? 300 : 40));
      return;
    }
    Fragment fragment = any(fragments);
    if (choice < 28) {
      dataset.delete(fragment.id(), slots((int) fragment.physicalRows(), 0.2));
    } else if (choice < 30) {
      dataset.delete(fragment.id(), slots((int) fragment.physicalRows(), 1));
    } else if (choice < 32) {
      dataset.remove(fragment.id());
    } else if (choice < 40) {
      compact();
    } else if (choice < 43) {
      index();
    } else if (choice == 43) {
      dataset.update(fragment.id());
    } else if (choice == 46) {
      dataset.cleanUp(dataset.manifest().version() - random.nextInt(20));
    } else if (random.nextInt(8) == 0) {
      dataset.overwrite(1 + random.nextInt(200));
    } else if (random.nextInt(8) == 0) {
      dataset.dropIndex();
    }
  }

  private BitSet slots(int count, double share) {
    BitSet slots = new BitSet();
    for (int slot = 0; slot < count; slot++) {
      slots.set(slot, random.nextDouble() < share);
    }
    return slots;
  }

  /** A group that Lance would propose now: neighbours that the same segment covers, or none. */
  Optional<CompactionGroup> propose() {
    ManifestVersion manifest = dataset.manifest();
    List<Fragment> fragments = manifest.fragments();
    if (fragments.isEmpty()) {
      return Optional.empty();
    }
    int start = random.nextInt(fragments.size());
    Optional<CommittedSegment> segment = manifest.segmentOf(fragments.get(start).id());
    int length = 2 + random.nextInt(4);
    Coverage neighbours =
        Coverage.of(
            fragments.stream()
                .skip(start)
                .limit(length)
                .takeWhile(fragment -> manifest.segmentOf(fragment.id()).equals(segment))
                .mapToInt(Fragment::id));
    return Optional.of(new CompactionGroup(manifest.version(), neighbours, 1_000));
  }

  private void compact() {
    propose()
        .ifPresent(
            group -> dataset.rewrite(group.version(), group.fragments(), random.nextBoolean()));
  }

  /** Another tool covers some fragments, or merges two segments, with its own model. */
  private void index() {
    ManifestVersion manifest = dataset.manifest();
    List<CommittedSegment> segments = manifest.index().segments();
    List<CommittedSegment> replaced =
        segments.size() > 1 && random.nextBoolean() ? segments.subList(0, 2) : List.of();
    Coverage some = Coverage.of(manifest.uncovered().stream().filter(f -> random.nextBoolean()));
    Coverage coverage =
        Coverage.union(replaced.stream().map(CommittedSegment::coverage))
            .intersect(manifest.live())
            .union(some);
    if (coverage.isEmpty()) {
      return;
    }
    Contents contents = new Contents();
    contents.scan(dataset, manifest, coverage);
    UUID uuid = uuids.get();
    dataset.store.write(uuid, contents.of(random.nextBoolean() ? "foreign" : "unknown"));
    assertThat(
            dataset.commitIndex(manifest.version(), new CommittedSegment(uuid, coverage), replaced))
        .isTrue();
  }

  private <T> T any(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }
}
