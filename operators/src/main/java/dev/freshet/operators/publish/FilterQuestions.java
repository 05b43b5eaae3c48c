package dev.freshet.operators.publish;

import dev.freshet.lance.commit.SegmentPublisher;
import dev.freshet.lance.commit.SegmentRegistration;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.DetachedVersion;
import dev.freshet.lance.verify.ScalarEntries;
import dev.freshet.lance.verify.ScalarVerifier;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.IndexSpec;
import dev.freshet.vector.format.IndexStorage;
import java.io.IOException;
import java.util.Optional;
import java.util.UUID;

/** Compares entries with values, and the answers of filters with and without the index. */
record FilterQuestions(IndexSpec.Scalar index, IndexStorage storage, SegmentPublisher publisher)
    implements EntryQuestions {

  /** Some seconds of work, and 8 MB. */
  @Override
  public long mostRows() {
    return 4L << 20;
  }

  @Override
  public boolean knowValues() {
    return true;
  }

  @Override
  public Optional<String> difference(
      DatasetHandle dataset, UUID segment, Coverage fragments, boolean committed)
      throws IOException {
    return new ScalarEntries(dataset, index.column(), index.type(), storage)
        .difference(segment, fragments);
  }

  @Override
  public Optional<String> wrongAnswers(
      DatasetHandle dataset, SegmentRegistration segment, Coverage fragments, boolean committed)
      throws IOException {
    try (DetachedVersion alone = publisher.alone(dataset, segment)) {
      return new ScalarVerifier(
              index.column(), index.type(), segment.uuid().getLeastSignificantBits())
          .difference(alone.handle(), fragments);
    }
  }
}
