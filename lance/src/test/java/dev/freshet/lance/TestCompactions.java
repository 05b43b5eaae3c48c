package dev.freshet.lance;

import dev.freshet.lance.commit.CompactionResult;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.lance.FragmentMetadata;
import org.lance.compaction.CompactionMetrics;
import org.lance.fragment.DataFile;
import org.lance.fragment.DeletionFile;
import org.lance.fragment.DeletionFileType;
import org.lance.fragment.RowIdMeta;
import org.lance.fragment.VersionMeta;

/** Results of compactions as values, without a dataset behind them. */
public final class TestCompactions {

  /** Everything that Lance may leave out is there once and left out once. */
  public static final CompactionResult RESULT =
      new CompactionResult(
          12,
          1_048_576,
          List.of(
              new FragmentMetadata(
                  3,
                  List.of(file("a.lance", 4_711L, 2)),
                  100L,
                  new DeletionFile(5, 11, 7L, DeletionFileType.ARRAY, 2),
                  new RowIdMeta("{\"rows\":\"\u00e9\"}"),
                  new VersionMeta("created"),
                  new VersionMeta("updated")),
              bare(4, List.of(file("b.lance", null, null), file("c.lance", 1L, null)), 50L)),
          List.of(bare(0, List.of(file("d.lance", 9_000L, null)), 143L)),
          new CompactionMetrics(2, 1, 3, 1),
          Optional.of(new byte[] {1, -2, 3}));

  private TestCompactions() {}

  public static CompactionResult random(Random random) {
    return new CompactionResult(
        random.nextInt(99),
        1 + random.nextInt(1000),
        List.of(fragment(random), fragment(random)),
        random.nextBoolean() ? List.of() : List.of(fragment(random)),
        new CompactionMetrics(random.nextInt(9), random.nextInt(9), random.nextInt(9), 0),
        random.nextBoolean() ? Optional.empty() : Optional.of(bytes(random)));
  }

  private static FragmentMetadata fragment(Random random) {
    return new FragmentMetadata(
        random.nextInt(1000),
        List.of(
            file(
                random.nextInt() + ".lance",
                random.nextBoolean() ? null : random.nextLong(),
                random.nextBoolean() ? null : random.nextInt(9))),
        (long) random.nextInt(1000),
        random.nextBoolean()
            ? null
            : new DeletionFile(
                random.nextLong(), random.nextInt(9), null, DeletionFileType.BITMAP, null),
        random.nextBoolean() ? null : new RowIdMeta("rows " + random.nextInt()),
        random.nextBoolean() ? null : new VersionMeta("created " + random.nextInt()),
        random.nextBoolean() ? null : new VersionMeta("updated " + random.nextInt()));
  }

  private static FragmentMetadata bare(int id, List<DataFile> files, Long rows) {
    return new FragmentMetadata(id, files, rows, null, null, null, null);
  }

  private static DataFile file(String path, Long size, Integer base) {
    return new DataFile(path, new int[] {0, 2}, new int[] {0, 1}, 2, 1, size, base);
  }

  private static byte[] bytes(Random random) {
    byte[] bytes = new byte[random.nextInt(30)];
    random.nextBytes(bytes);
    return bytes;
  }
}
