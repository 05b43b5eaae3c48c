package dev.freshet.job.oracle;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.lance.file.LanceFileReader;
import org.lance.index.DistanceType;
import org.lance.index.Index;
import org.lance.index.IndexOptions;
import org.lance.index.IndexParams;
import org.lance.index.IndexType;
import org.lance.index.vector.IvfBuildParams;
import org.lance.index.vector.PQBuildParams;
import org.lance.index.vector.VectorIndexParams;

/**
 * An IVF_PQ index answers as the one that Lance itself builds with the same centroids and codebook
 * over the same fragments of a copy of the table. Codes of equal distance may differ, so a few
 * answers may.
 */
final class SameModelInvariant {

  private static final int BITS = 8;
  private static final double ALLOWED = 0.1;
  private static final Pattern MANIFEST = Pattern.compile("(\\d{20})\\.manifest");

  private SameModelInvariant() {}

  /** What is wrong, under L2; the copy is gone afterwards. */
  static List<String> violations(
      StoredTable table, String index, String column, List<float[]> queries) throws IOException {
    if (covered(table).isEmpty()) {
      return List.of();
    }
    Path copy = Files.createTempDirectory(table.path().toAbsolutePath().getParent(), "lance-");
    try {
      copy(table, copy);
      try (StoredTable built = StoredTable.open(copy, index)) {
        build(table, built, index, column);
      }
      try (StoredTable built = StoredTable.open(copy, index)) {
        return compare(table, built, column, queries);
      }
    } finally {
      delete(copy);
    }
  }

  private static Set<Integer> covered(StoredTable table) {
    Set<Integer> covered = table.covered();
    covered.retainAll(table.live());
    return covered;
  }

  private static List<String> compare(
      StoredTable table, StoredTable built, String column, List<float[]> queries)
      throws IOException {
    List<String> different = new ArrayList<>();
    Set<Integer> covered = covered(table);
    for (float[] query : queries) {
      double[] own = SearchInvariant.distances(table, query, column, covered);
      double[] lance = SearchInvariant.distances(built, query, column, covered);
      if (!SearchInvariant.equal(lance, own)) {
        different.add("answers differ from those of Lance's own index of the same model");
      }
    }
    return different.size() > ALLOWED * queries.size()
        ? List.of(different.size() + " of " + queries.size() + " " + different.get(0))
        : List.of();
  }

  /** Builds a segment for each model: {@code optimizeIndices} joins partitions that are small. */
  private static void build(StoredTable table, StoredTable target, String index, String column)
      throws IOException {
    Map<Model, Set<Integer>> fragments = new LinkedHashMap<>();
    for (Index segment : table.segments()) {
      Set<Integer> covered = StoredTable.coverage(segment);
      covered.retainAll(table.live());
      fragments
          .computeIfAbsent(Model.of(table, segment), unknown -> new TreeSet<>())
          .addAll(covered);
    }
    fragments.values().removeIf(Set::isEmpty);
    target.dataset().dropIndex(index);
    List<Index> segments = new ArrayList<>();
    for (Map.Entry<Model, Set<Integer>> one : fragments.entrySet()) {
      IndexOptions options =
          IndexOptions.builder(
                  List.of(column),
                  IndexType.IVF_PQ,
                  IndexParams.builder().setVectorIndexParams(one.getKey().params()).build())
              .withIndexName(index)
              .withFragmentIds(List.copyOf(one.getValue()))
              .build();
      segments.add(target.dataset().createIndex(options));
    }
    target.dataset().commitExistingIndexSegments(index, column, segments);
  }

  /** Centroids, codebook and sub-vectors; equal if all of their values are. */
  private record Model(FloatBuffer centroids, int partitions, FloatBuffer codebook, int parts) {

    static Model of(StoredTable table, Index segment) throws IOException {
      Path auxiliary = table.file(segment, "auxiliary.idx");
      StoredTensor centroids = StoredTensor.centroids(table.file(segment, "index.idx"));
      return new Model(
          FloatBuffer.wrap(centroids.values()),
          centroids.shape().get(0),
          FloatBuffer.wrap(StoredTensor.codebook(auxiliary).values()),
          subVectors(table, auxiliary));
    }

    VectorIndexParams params() {
      return VectorIndexParams.withIvfPqParams(
          DistanceType.L2,
          new IvfBuildParams.Builder()
              .setNumPartitions(partitions)
              .setCentroids(centroids.array())
              .build(),
          new PQBuildParams.Builder()
              .setNumSubVectors(parts)
              .setNumBits(BITS)
              .setCodebook(codebook.array())
              .build());
    }
  }

  @SuppressWarnings("try") // Lance declares that closing may throw anything
  private static int subVectors(StoredTable table, Path auxiliary) throws IOException {
    try (LanceFileReader file = LanceFileReader.open(auxiliary.toString(), table.allocator())) {
      ArrowType type = file.schema().findField("__pq_code").getType();
      return ((ArrowType.FixedSizeList) type).getListSize();
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) { // what a file reader declares
      throw new IOException("Cannot close " + auxiliary, e);
    }
  }

  /** By links, as Lance changes no file in place; versions after the table's are left out. */
  private static void copy(StoredTable table, Path to) throws IOException {
    Path from = table.path();
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(file -> !file.equals(from)).toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectory(target);
        } else if (isUpTo(table.dataset().version(), file)) {
          Files.createLink(target, file);
        }
      }
    }
  }

  /** Manifests are numbered downwards, so that the latest comes first. */
  private static boolean isUpTo(long version, Path file) {
    Matcher manifest = MANIFEST.matcher(file.getFileName().toString());
    return !manifest.matches() || -1 - Long.parseUnsignedLong(manifest.group(1)) <= version;
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
