package dev.freshet.job.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.job.demo.ClusteredVectors;
import dev.freshet.lance.dataset.DatasetLocation;
import dev.freshet.lance.sample.VectorTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lance.Dataset;
import org.lance.index.DistanceType;
import org.lance.index.IndexOptions;
import org.lance.index.IndexParams;
import org.lance.index.IndexType;
import org.lance.index.vector.IvfBuildParams;
import org.lance.index.vector.PQBuildParams;
import org.lance.index.vector.VectorIndexParams;

class SameModelInvariantTest {

  private static final String INDEX = "vector_idx";
  private static final int DIMENSION = 16;
  private static final int SUB_VECTORS = 4;
  private static final int ROWS = 400;

  @TempDir Path directory;

  @Test
  void anIndexOfLanceIsAsLanceBuildsIt() throws IOException {
    assertThat(violations(indexed("one", 1))).isEmpty();
  }

  @Test
  void whatIsNotCoveredIsNotCompared() throws IOException {
    Path path = indexed("one", 1);
    try (VectorTable table = VectorTable.open(DatasetLocation.of(path.toString()))) {
      table.append(new ClusteredVectors(DIMENSION, 2).next(ROWS), ROWS);
    }
    assertThat(violations(path)).as("with a fragment that is not covered").isEmpty();
    try (StoredTable latest = StoredTable.open(path, INDEX);
        StoredTable past = latest.at(latest.dataset().version() - 1)) {
      assertThat(violations(past)).as("before it came").isEmpty();
    }
  }

  @Test
  void findsCodesOfOtherVectors() throws IOException {
    Path one = indexed("one", 1);
    Path other = indexed("other", 2);
    Files.copy(auxiliary(other), auxiliary(one), StandardCopyOption.REPLACE_EXISTING);
    assertThat(violations(one))
        .hasSize(1)
        .allMatch(wrong -> wrong.endsWith("from those of Lance's own index of the same model"));
  }

  private static List<String> violations(Path path) throws IOException {
    try (StoredTable table = StoredTable.open(path, INDEX)) {
      return violations(table);
    }
  }

  private static List<String> violations(StoredTable table) throws IOException {
    LiveRows live = LiveRows.of(table, "id", "vector");
    return SameModelInvariant.violations(
        table, INDEX, "vector", SearchInvariant.queries(live.encodable(table.live()), 5));
  }

  private Path indexed(String name, long seed) {
    Path path = directory.resolve(name);
    try (VectorTable table = VectorTable.create(path.toString(), DIMENSION)) {
      table.append(new ClusteredVectors(DIMENSION, seed).next(ROWS), ROWS);
    }
    VectorIndexParams params =
        VectorIndexParams.withIvfPqParams(
            DistanceType.L2,
            new IvfBuildParams.Builder().setNumPartitions(2).build(),
            new PQBuildParams.Builder().setNumSubVectors(SUB_VECTORS).build());
    try (BufferAllocator allocator = new RootAllocator();
        Dataset dataset = Dataset.open().allocator(allocator).uri(path.toString()).build()) {
      dataset.createIndex(
          IndexOptions.builder(
                  List.of("vector"),
                  IndexType.IVF_PQ,
                  IndexParams.builder().setVectorIndexParams(params).build())
              .withIndexName(INDEX)
              .build());
    }
    return path;
  }

  private static Path auxiliary(Path path) {
    try (StoredTable table = StoredTable.open(path, INDEX)) {
      return table.file(table.segments().get(0), "auxiliary.idx");
    }
  }
}
