package dev.freshet.operators.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.lance.TestDataset;
import dev.freshet.lance.TestModels;
import dev.freshet.lance.TestSegments;
import dev.freshet.lance.TestVectors;
import dev.freshet.lance.commit.DatasetCompaction;
import dev.freshet.lance.commit.SegmentRegistration;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.manifest.WritePath;
import dev.freshet.operators.TestStream;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.Metric;
import dev.freshet.vector.format.ProtoReader;
import dev.freshet.vector.format.ProtoWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lance.CommitBuilder;
import org.lance.Transaction;
import org.lance.index.Index;
import org.lance.operation.CreateIndex;

class WritePathTest {

  private static final UUID SHARD = new UUID(1, 2);

  @TempDir Path directory;

  private TestStream stream;

  @BeforeEach
  void createDataset() {
    stream = TestStream.create(directory.resolve("t"), IndexType.IVF_FLAT, 8);
  }

  @AfterEach
  void closeDataset() {
    stream.close();
  }

  @Test
  void aTableWithOneIsNotCompacted() {
    try (DatasetHandle handle = stream.dataset.open()) {
      assertThat(DatasetCompaction.plan(handle, 10_000, 0.1, 512, all -> true)).isNotEmpty();
    }
    commitSystemIndex();
    try (DatasetHandle handle = stream.dataset.open()) {
      assertThat(WritePath.isOn(handle)).isTrue();
      assertThat(DatasetCompaction.plan(handle, 10_000, 0.1, 512, all -> true)).isEmpty();
    }
  }

  @Test
  void anIndexThatLosesASegmentHasNotCaughtUp() throws IOException {
    SegmentRegistration segment =
        TestSegments.build(
            stream.dataset,
            TestModels.of(stream.vectors, IndexType.IVF_FLAT, Metric.L2, 2),
            Coverage.of(0));
    TestSegments.publish(stream.dataset, segment);
    commitSystemIndex();
    assertThat(caughtUp()).containsExactly(TestSegments.INDEX, "another");
    try (DatasetHandle handle = stream.dataset.open()) {
      TestSegments.publisher(stream.dataset)
          .withdraw(handle, TestSegments.INDEX, Set.of(segment.uuid()));
    }
    assertThat(caughtUp()).containsExactly("another");
  }

  @Test
  void aCommitThatRemovesNothingLeavesIt() throws IOException {
    commitSystemIndex();
    TestSegments.publish(
        stream.dataset,
        TestSegments.build(
            stream.dataset,
            TestModels.of(stream.vectors, IndexType.IVF_FLAT, Metric.L2, 2),
            Coverage.of(0)));
    assertThat(caughtUp()).containsExactly(TestSegments.INDEX, "another");
  }

  @Test
  void countsTheRowsOfGenerationsThatAreNotMerged() throws IOException {
    commitSystemIndex();
    generation("first_gen_1", 100);
    generation("first_gen_2", 30);
    generation("first_gen_3", 4);
    manifest(2, "first_gen_1", "first_gen_2");
    manifest(3, "first_gen_1", "first_gen_2", "first_gen_3");
    try (DatasetHandle handle = stream.dataset.open()) {
      assertThat(WritePath.unmergedRows(handle, stream.files())).isEqualTo(34);
    }
  }

  private void generation(String name, int rows) {
    Path path = shard().resolve(name);
    try (TestDataset generation =
        TestDataset.of(path, TestVectors.clustered(rows, 8, 2, TestStream.SEED), rows)) {
      assertThat(generation.path()).exists();
    }
  }

  private void manifest(long version, String... generations) throws IOException {
    ProtoWriter manifest = new ProtoWriter().number(1, version);
    for (int i = 0; i < generations.length; i++) {
      manifest.message(8, new ProtoWriter().number(1, i + 1).string(2, generations[i]));
    }
    manifest.message(11, new ProtoWriter().bytes(1, bytes(SHARD)));
    Path file = shard().resolve("manifest").resolve(version + ".binpb");
    Files.createDirectories(file.getParent());
    Files.write(file, manifest.toByteArray());
  }

  private Path shard() {
    return stream.dataset.path().resolve("_mem_wal").resolve(SHARD.toString());
  }

  private List<String> caughtUp() throws IOException {
    List<String> names = new ArrayList<>();
    try (DatasetHandle handle = stream.dataset.open()) {
      byte[] details = WritePath.systemIndex(handle).orElseThrow().indexDetails().orElseThrow();
      ProtoReader any = new ProtoReader(details);
      while (any.next()) {
        if (any.field() == 2) {
          ProtoReader message = any.message();
          while (message.next()) {
            if (message.field() == 10) {
              ProtoReader catchUp = message.message();
              assertThat(catchUp.next()).isTrue();
              names.add(catchUp.string());
            }
          }
        }
      }
    }
    return names;
  }

  /** The system index as LanceDB writes it: generation 1 of a shard is merged. */
  private void commitSystemIndex() {
    ProtoWriter merged =
        new ProtoWriter().message(1, new ProtoWriter().bytes(1, bytes(SHARD))).number(2, 1);
    ProtoWriter details =
        new ProtoWriter()
            .message(9, merged)
            .message(10, new ProtoWriter().string(1, TestSegments.INDEX).message(2, merged))
            .message(10, new ProtoWriter().string(1, "another").message(2, merged));
    Index system =
        Index.builder()
            .uuid(UUID.randomUUID())
            .name(WritePath.SYSTEM_INDEX)
            .fields(List.of())
            .datasetVersion(1)
            .indexDetails(
                new ProtoWriter()
                    .string(1, "/lance.table.MemWalIndexDetails")
                    .bytes(2, details.toByteArray())
                    .toByteArray())
            .indexVersion(0)
            .indexType(org.lance.index.IndexType.MEM_WAL)
            .createdAt(Instant.now())
            .build();
    try (DatasetHandle handle = stream.dataset.open();
        Transaction transaction =
            new Transaction.Builder()
                .readVersion(handle.version())
                .operation(
                    CreateIndex.builder()
                        .withNewIndices(List.of(system))
                        .withRemovedIndices(List.of())
                        .build())
                .build()) {
      new CommitBuilder(handle.dataset()).execute(transaction).close();
    }
  }

  private static byte[] bytes(UUID uuid) {
    return ByteBuffer.allocate(2 * Long.BYTES)
        .putLong(uuid.getMostSignificantBits())
        .putLong(uuid.getLeastSignificantBits())
        .array();
  }
}
