package dev.freshet.state.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.CompactionGroup;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.Fragment;
import dev.freshet.state.model.ManifestVersion;
import dev.freshet.state.simulation.SimulatedDataset.IndexCommit;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Those who write to the dataset beside the stream, and whom nothing stops. */
final class SimulatedWriters {
  private final SimulatedDataset dataset;
  private final SimulatedTable table;
  private final Random random;
  private final Supplier<UUID> uuids;

  SimulatedWriters(
      SimulatedDataset dataset, SimulatedTable table, Random random, Supplier<UUID> uuids) {
    this.dataset = dataset;
    this.table = table;
    this.random = random;
    this.uuids = uuids;
  }

  /** Changes the dataset in some way. */
  void write() {
    List<Fragment> fragments = dataset.manifest().fragments();
    int choice = random.nextInt(56);
    if (choice < 20 || fragments.isEmpty()) {
      table.append(1 + random.nextInt(random.nextInt(5) == 0 ? 300 : 40));
      return;
    }
    Fragment fragment = any(fragments);
    int id = fragment.id();
    int rows = (int) fragment.physicalRows();
    if (choice < 27) {
      table.delete(id, slots(rows, 0.2));
    } else if (choice < 29) {
      table.delete(id, slots(rows, 1));
    } else if (choice < 31) {
      table.remove(id);
    } else if (choice < 39) {
      compact();
    } else if (choice < 42) {
      index();
    } else if (choice < 52) {
      update();
    } else if (choice == 52) {
      table.uncover(id);
    } else if (choice == 53) {
      dataset.cleanUp(dataset.manifest().version() - random.nextInt(20));
    } else if (random.nextInt(16) == 0) {
      table.overwrite(1 + random.nextInt(200));
    } else if (random.nextInt(16) == 0) {
      table.dropIndex();
    }
  }

  /** Gives some rows of a fragment other values: in place, or by moving them. */
  void update() {
    List<Fragment> fragments = dataset.manifest().fragments();
    if (fragments.isEmpty()) {
      return;
    }
    Fragment fragment = any(fragments);
    int rows = (int) fragment.physicalRows();
    if (random.nextBoolean()) {
      table.updateInPlace(fragment.id(), slots(rows, random.nextDouble()));
    } else {
      table.updateByMoving(fragment.id(), slots(rows, random.nextInt(6) == 0 ? 1 : 0.2));
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
            group -> table.rewrite(group.version(), group.fragments(), random.nextBoolean()));
  }

  /** Another tool covers some fragments, or merges two segments, with its own model. */
  void index() {
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
    UUID uuid = uuids.get();
    Contents contents = contents(coverage, replaced, some);
    if (random.nextInt(3) == 0) {
      update(); // its author has read the rows, and Lance lets it commit over others
    }
    dataset.store.write(uuid, contents.of(random.nextBoolean() ? "foreign" : "unknown"));
    assertThat(
            dataset.commitIndex(
                new IndexCommit(
                    manifest.version(),
                    List.of(new CommittedSegment(uuid, coverage)),
                    replaced.stream().map(CommittedSegment::uuid).collect(Collectors.toSet()))))
        .isTrue();
  }

  /** What it holds then: read from the rows, or all that it finds in others, right or wrong. */
  private Contents contents(
      Coverage coverage, List<CommittedSegment> replaced, Coverage uncovered) {
    Contents contents = new Contents();
    if (random.nextInt(4) == 0) {
      contents.scan(dataset.latest(), coverage);
      return contents;
    }
    for (CommittedSegment one : replaced) {
      Predicate<Row> kept =
          dataset.stableRowIds()
              ? entry -> true
              : SimulatedEntries.live(dataset.latest(), one.coverage().intersect(coverage));
      contents.take(dataset.store.read(one.uuid()), kept);
    }
    contents.scan(dataset.latest(), uncovered);
    return contents;
  }

  private <T> T any(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }
}
