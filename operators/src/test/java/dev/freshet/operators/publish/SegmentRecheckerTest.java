package dev.freshet.operators.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.lance.TestModels;
import dev.freshet.lance.TestSegments;
import dev.freshet.lance.TestVectors;
import dev.freshet.lance.commit.DatasetCompaction;
import dev.freshet.lance.commit.SegmentRegistration;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.operators.RecordedMetrics;
import dev.freshet.operators.TestStream;
import dev.freshet.operators.assemble.SegmentBuilder;
import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.CompactionGroup;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.Metric;
import dev.freshet.state.protocol.SegmentRechecker;
import dev.freshet.vector.format.IndexStorage;
import dev.freshet.vector.format.PartitionCursor;
import dev.freshet.vector.format.SegmentReader;
import dev.freshet.vector.format.SegmentWriter;
import dev.freshet.vector.quantizer.IvfModel;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SegmentRecheckerTest {

  @TempDir Path directory;

  private final RecordedMetrics metrics = new RecordedMetrics();
  private TestStream stream;
  private SegmentBuilder builder;

  @BeforeEach
  void createDataset() {
    stream = TestStream.create(directory.resolve("t"), IndexType.IVF_PQ, 4);
  }

  @AfterEach
  void closeDataset() throws IOException {
    if (builder != null) {
      builder.close();
    }
    stream.close();
  }

  @Test
  void aRightSegmentStays() throws Exception {
    UUID segment = publish(0, 1);
    rechecker(stream.options().indexStorage()).recheck(segment);
    assertThat(stream.manifest().index().segments())
        .extracting(CommittedSegment::uuid)
        .containsExactly(segment);
    assertThat(metrics.count("segmentsRechecked")).isEqualTo(1);
  }

  @Test
  void aDamagedOneIsWithdrawnThoughAnotherWriterCompactsBesideIt() throws Exception {
    UUID damaged = publish(0, 1);
    publish(2, 3);
    stream.truncate(damaged);
    IndexStorage storage = racing(stream.options().indexStorage(), () -> compact(2, 3));
    rechecker(storage).recheck(damaged);
    assertThat(stream.manifest().index().segments())
        .extracting(CommittedSegment::coverage)
        .containsExactly(Coverage.of(4));
    assertThat(metrics.count("segmentsWithdrawn")).isEqualTo(1);
    assertThat(metrics.count("segmentsRechecked")).isEqualTo(1);
  }

  @Test
  void aWornOneThatCannotBeRewrittenIsWithdrawnAndCountedOnce() throws Exception {
    UUID worn = publish(0, 1);
    stream.dataset.updateInPlace(0, 0, TestVectors.clustered(2, 8, 2, TestStream.SEED + 1));
    builder = SegmentBuilder.of(stream.options(), stream.options().indexStorage());
    SegmentBuilder raced = new RacedBuilder(builder, () -> stream.truncate(worn));
    new SegmentRechecker(TestPublishing.context(stream, raced, metrics).publishing()).recheck(worn);
    assertThat(stream.manifest().index().segments()).isEmpty();
    assertThat(metrics.count("segmentsWithdrawn")).isEqualTo(1);
    assertThat(metrics.count("commitConflicts")).isZero();
  }

  @Test
  void oneThatLanceWouldMisreadEndsTheJobAndStays() throws Exception {
    SegmentRegistration segment =
        TestSegments.build(
            stream.dataset,
            TestModels.of(stream.vectors, IndexType.IVF_SQ, Metric.L2, 4),
            Coverage.of(0, 1));
    TestSegments.publish(stream.dataset, segment);
    Path file = stream.dataset.path().resolve("_indices/" + segment.uuid() + "/auxiliary.idx");
    String content = Files.readString(file, StandardCharsets.ISO_8859_1);
    String bits = "num_bits\\\":";
    assertThat(content).contains(bits + 8);
    Files.writeString(file, content.replace(bits + 8, bits + 4), StandardCharsets.ISO_8859_1);
    long version = stream.manifest().version();
    assertThatThrownBy(() -> rechecker(stream.options().indexStorage()).recheck(segment.uuid()))
        .isInstanceOf(SuppressRestartsException.class)
        .hasRootCauseMessage(
            "Segment " + segment.uuid() + " has SQ codes of 4 bits, which are not known")
        .cause()
        .hasMessageStartingWith("Index vec_idx of ")
        .hasMessageContaining(" is left as it is: Segment " + segment.uuid());
    assertThat(stream.manifest().version()).isEqualTo(version);
    assertThat(metrics.count("segmentsRechecked")).as("queries of it").isZero();
  }

  /**
   * As after a merge of segments that do not share their model any more: codes are near, not own.
   */
  @Test
  void oneWithCodesOfAnotherModelIsWithdrawnThoughItsRowsFindThemselves() throws Exception {
    UUID mixed = publishMixed(0, 1);
    rechecker(stream.options().indexStorage()).recheck(mixed);
    assertThat(stream.manifest().index().segments()).isEmpty();
    assertThat(metrics.count("segmentsWithdrawn")).isEqualTo(1);
  }

  /** Another segment is rewritten first, without entries that its own are in the way of. */
  @Test
  void oneOfThoseIsWithdrawnThoughAnotherHoldsEntriesOfItsRows() throws Exception {
    publish(0, 1);
    stream.dataset.updateInPlace(0, 0, TestVectors.clustered(2, 8, 2, TestStream.SEED + 1));
    UUID mixed = publishMixed(0);
    rechecker(stream.options().indexStorage()).recheck(mixed);
    assertThat(stream.manifest().index().segments())
        .extracting(CommittedSegment::coverage)
        .containsExactly(Coverage.of(1));
    assertThat(metrics.count("segmentsWithdrawn")).isEqualTo(1);
  }

  /** Publishes a segment with codes that are near those of its model, but not its own. */
  private UUID publishMixed(int... fragments) throws IOException {
    IvfModel model = TestModels.of(stream.vectors, IndexType.IVF_PQ, Metric.L2, 4);
    float[] moved = model.centroids().clone();
    for (int i = 0; i < moved.length; i++) {
      moved[i] += 0.15f;
    }
    IvfModel other =
        new IvfModel(model.type(), model.metric(), model.dimension(), moved, model.quantizer());
    SegmentRegistration segment = TestSegments.build(stream.dataset, other, Coverage.of(fragments));
    UUID mixed = withModel(segment.uuid(), model);
    TestSegments.publish(stream.dataset, at(segment, mixed));
    return mixed;
  }

  /** The same partitions and codes under a fresh uuid, said to be of another model. */
  private UUID withModel(UUID segment, IvfModel model) throws IOException {
    IndexStorage storage = stream.options().indexStorage();
    UUID copy = UUID.randomUUID();
    PartitionCursor cursor = SegmentReader.open(storage, segment).cursor(Runnable::run);
    try (SegmentWriter writer = SegmentWriter.create(storage, copy, model)) {
      while (cursor.next()) {
        writer.append(cursor.partition(), cursor.rowIds(), cursor.codes(), 0, cursor.rows());
      }
      writer.finish();
    }
    return copy;
  }

  /** Ten of 310 rows: a sample would hardly meet them. */
  @Test
  void oneWithoutEntriesOfSomeRowsIsWithdrawn() throws Exception {
    UUID incomplete = publishWithout(new BitSet());
    rechecker(stream.options().indexStorage()).recheck(incomplete);
    assertThat(stream.manifest().index().segments()).isEmpty();
    assertThat(metrics.count("segmentsWithdrawn")).isEqualTo(1);
  }

  @Test
  void oneWithoutEntriesOfRowsWithoutVectorsStays() throws Exception {
    BitSet all = new BitSet();
    all.set(0, 10);
    UUID complete = publishWithout(all);
    rechecker(stream.options().indexStorage()).recheck(complete);
    assertThat(stream.manifest().index().segments())
        .extracting(CommittedSegment::uuid)
        .containsExactly(complete);
  }

  /** Publishes a segment of another writer that covers a fragment whose rows it does not hold. */
  private UUID publishWithout(BitSet nulls) {
    stream.dataset.append(TestVectors.clustered(10, 8, 2, TestStream.SEED), 10, nulls);
    IvfModel model = TestModels.of(stream.vectors, IndexType.IVF_PQ, Metric.L2, 4);
    SegmentRegistration segment = TestSegments.build(stream.dataset, model, Coverage.of(0, 1));
    TestSegments.publish(stream.dataset, at(segment, segment.uuid(), Coverage.of(0, 1, 4)));
    return segment.uuid();
  }

  private static SegmentRegistration at(SegmentRegistration segment, UUID uuid) {
    return at(segment, uuid, segment.coverage());
  }

  private static SegmentRegistration at(SegmentRegistration segment, UUID uuid, Coverage coverage) {
    return new SegmentRegistration(
        uuid, segment.index(), segment.field(), coverage, segment.type(), segment.details());
  }

  /** A newer writer may have built it, and rightly so. */
  @Test
  void oneOfAnUnknownFormatStays() throws Exception {
    UUID segment = publish(0, 1);
    stream.overwrite(segment, bytes -> bytes[bytes.length - 6] = 9); // the minor version
    rechecker(stream.options().indexStorage()).recheck(segment);
    assertThat(stream.manifest().index().segments())
        .extracting(CommittedSegment::uuid)
        .containsExactly(segment);
    assertThat(metrics.count("segmentsWithdrawn")).isZero();
  }

  private SegmentRechecker rechecker(IndexStorage storage) {
    builder = SegmentBuilder.of(stream.options(), storage);
    return new SegmentRechecker(
        TestPublishing.context(stream, storage, builder, metrics).publishing());
  }

  /** Another writer commits while the segment is read. */
  private static IndexStorage racing(IndexStorage storage, Runnable race) {
    AtomicBoolean raced = new AtomicBoolean();
    return (IndexStorage)
        Proxy.newProxyInstance(
            IndexStorage.class.getClassLoader(),
            new Class<?>[] {IndexStorage.class},
            (proxy, method, arguments) -> {
              if (!raced.getAndSet(true)) {
                race.run();
              }
              try {
                return method.invoke(storage, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private UUID publish(int... fragments) {
    SegmentRegistration segment =
        TestSegments.build(
            stream.dataset,
            TestModels.of(stream.vectors, IndexType.IVF_PQ, Metric.L2, 4),
            Coverage.of(fragments));
    TestSegments.publish(stream.dataset, segment);
    return segment.uuid();
  }

  private void compact(int... fragments) {
    try (DatasetHandle handle = stream.dataset.open()) {
      CompactionGroup group = new CompactionGroup(handle.version(), Coverage.of(fragments), 1000);
      DatasetCompaction.commit(
          handle, stream.files(), List.of(DatasetCompaction.execute(handle, group)));
    }
  }
}
