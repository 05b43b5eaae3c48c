package dev.freshet.operators.assign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.freshet.lance.TestVersions;
import dev.freshet.operators.RecordedMetrics;
import dev.freshet.operators.TestStream;
import dev.freshet.operators.metrics.EncodingMetrics;
import dev.freshet.operators.quarantine.DeadLetter;
import dev.freshet.operators.train.ModelErrors;
import dev.freshet.operators.wire.EncodedPart;
import dev.freshet.state.model.AssignTask;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.RowCounts;
import dev.freshet.state.model.RowRange;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScanningEncoderTest {

  @TempDir Path directory;

  private final RecordedMetrics metrics = new RecordedMetrics();

  @Test
  void countsWhatItEncodes() throws Exception {
    try (TestStream stream = TestStream.create(directory.resolve("t"), IndexType.IVF_FLAT, 2)) {
      EncodedPart part = encode(stream);
      assertThat(part.counts()).isEqualTo(new RowCounts(2 * TestStream.ROWS, 0, 0));
      assertThat(part.blocks().stream().mapToLong(block -> block.rows()).sum())
          .isEqualTo(2 * TestStream.ROWS);
      assertThat(metrics.count("rowsEncoded")).isEqualTo(2 * TestStream.ROWS);
      assertThat(metrics.count("fragmentsUnreadable")).isZero();
    }
  }

  @Test
  void countsAFragmentThatItLeavesOut() throws Exception {
    try (TestStream stream = TestStream.create(directory.resolve("t"), IndexType.IVF_FLAT, 2)) {
      stream.dataset.dropFiles(0);
      EncodedPart part = encode(stream);
      assertThat(part.ranges()).containsExactly(stream.rows(1));
      assertThat(metrics.count("fragmentsUnreadable")).isEqualTo(1);
      DeadLetter letter = stream.deadLetters().list().get(0);
      assertThat(letter.fragment()).isZero();
      assertThat(letter.fingerprint()).isEqualTo(stream.rows(0).fingerprint());
      assertThat(letter.reason()).startsWith("it cannot be read: ");
      assertThat(metrics.count("rowsEncoded")).isEqualTo(TestStream.ROWS);
    }
  }

  @Test
  void aFragmentThatHasGoneIsNotUnreadable() throws Exception {
    try (TestStream stream = TestStream.create(directory.resolve("t"), IndexType.IVF_FLAT, 2)) {
      AssignTask task = task(stream);
      stream.versions.at(task.task().version());
      RowRange stays = stream.rows(1);
      stream.dataset.delete("id < " + TestStream.ROWS);
      new TestVersions(stream.dataset).forgetTheOld();
      EncodedPart part = encode(stream, task);
      assertThat(part.ranges()).containsExactly(stays);
      assertNothingUnreadable(stream);
    }
  }

  @Test
  void fragmentsOfAVersionThatHasGoneAreNotUnreadable() throws Exception {
    try (TestStream stream = TestStream.create(directory.resolve("t"), IndexType.IVF_FLAT, 2)) {
      AssignTask task = task(stream);
      stream.dataset.delete("id = 0");
      new TestVersions(stream.dataset).forgetTheOld();
      assertThat(encode(stream, task).ranges()).isEmpty();
      assertNothingUnreadable(stream);
    }
  }

  @Test
  void tellsHowFarNewRowsAreFromTheModel() throws Exception {
    try (TestStream stream = TestStream.create(directory.resolve("t"), IndexType.IVF_FLAT, 2)) {
      AssignTask task = task(stream);
      encode(stream, task);
      assertThat(metrics.shown("codeError")).as("unknown").isEqualTo(0.0);
      ModelErrors.of(stream.options()).put(task.model().orElseThrow().id(), 0.001);
      encode(stream, task);
      double far = (double) metrics.shown("codeError");
      assertThat(far).isGreaterThan(ModelErrors.DRIFTED);
      ModelErrors.of(stream.options()).put(task.model().orElseThrow().id(), 0.001 * far);
      encode(stream, task);
      assertThat((double) metrics.shown("codeError")).isCloseTo(1, within(1e-9));
    }
  }

  private void assertNothingUnreadable(TestStream stream) throws Exception {
    assertThat(stream.deadLetters().list()).isEmpty();
    assertThat(metrics.count("fragmentsUnreadable")).isZero();
  }

  private static AssignTask task(TestStream stream) throws Exception {
    return stream
        .tasks(stream.saveModel(), List.of(List.of(stream.rows(0), stream.rows(1))))
        .get(0);
  }

  private EncodedPart encode(TestStream stream) throws Exception {
    return encode(stream, task(stream));
  }

  private EncodedPart encode(TestStream stream, AssignTask task) throws Exception {
    return new ScanningEncoder(
            stream.options(),
            stream.versions,
            stream.models(),
            stream.deadLetters(),
            new EncodingMetrics(metrics.group()))
        .encode(task);
  }
}
