package dev.freshet.operators.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.lance.TestVectors;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.operators.RecordedMetrics;
import dev.freshet.operators.TestStream;
import dev.freshet.operators.assemble.SegmentBuilder;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.UnpublishedSegment;
import dev.freshet.state.protocol.SegmentCommitter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lance.schema.ColumnAlteration;

/** Another column has the name of the one that a segment was encoded from when it is published. */
class RenamedColumnTest {

  private static final int FRAGMENTS = 4;

  @TempDir Path directory;

  private TestStream stream;
  private SegmentBuilder builder;

  @BeforeEach
  void createDataset() {
    stream = TestStream.create(directory.resolve("t"), IndexType.IVF_FLAT, FRAGMENTS);
    builder = SegmentBuilder.of(stream.options(), stream.options().indexStorage());
  }

  @AfterEach
  void closeDataset() throws IOException {
    builder.close();
    stream.close();
  }

  /** Their vectors are so alike that a search for sampled rows does not tell them apart. */
  @Test
  void whatWasEncodedFromAColumnThatSwapsNamesIsBuiltFromTheOther() throws Exception {
    TestVectors alike = alike();
    OtherColumns.add(stream, "better", alike);
    UnpublishedSegment built = built();
    rename("vec", "old");
    rename("better", "vec");
    publish(built);
    assertThat(OtherColumns.recall(stream, "vec", alike, 6)).isEqualTo(1);
  }

  @Test
  void whatWasEncodedFromAColumnThatIsEmptiedAnswersNothing() throws Exception {
    UnpublishedSegment built = built();
    try (DatasetHandle handle = stream.dataset.open()) {
      handle.dataset().dropColumns(List.of("vec"));
      handle.dataset().addColumns(List.of(OtherColumns.vectors("vec", 8)));
    }
    publish(built);
    assertThat(OtherColumns.search(stream, "vec", stream.vectors.row(0), 1000, true)).isEmpty();
  }

  private UnpublishedSegment built() throws IOException {
    return builder.build(stream.plan(stream.seal(stream.saveModel(), 0, 1, 2, 3)));
  }

  private void publish(UnpublishedSegment segment) throws IOException {
    new SegmentCommitter(
            TestPublishing.context(stream, builder, new RecordedMetrics()).publishing())
        .commit(segment);
    assertThat(stream.manifest().uncovered()).isEqualTo(Coverage.empty());
  }

  private TestVectors alike() {
    float[] values = stream.vectors.values().clone();
    Random random = new Random(TestStream.SEED);
    for (int i = 0; i < values.length; i++) {
      values[i] += (float) random.nextGaussian() / 5;
    }
    return TestVectors.of(8, values);
  }

  private void rename(String from, String to) {
    try (DatasetHandle handle = stream.dataset.open()) {
      handle.dataset().alterColumns(List.of(new ColumnAlteration.Builder(from).rename(to).build()));
    }
  }
}
