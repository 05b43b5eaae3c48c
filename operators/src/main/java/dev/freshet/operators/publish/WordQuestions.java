package dev.freshet.operators.publish;

import dev.freshet.lance.commit.SegmentPublisher;
import dev.freshet.lance.commit.SegmentRegistration;
import dev.freshet.lance.commit.TextParameters;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.DetachedVersion;
import dev.freshet.lance.verify.TextRows;
import dev.freshet.lance.verify.TextVerifier;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.IndexSpec;
import dev.freshet.vector.format.IndexStorage;
import java.io.IOException;
import java.util.Optional;
import java.util.UUID;

/** Compares the rows that have a text, and the rows of words with what reading the texts finds. */
record WordQuestions(
    IndexSpec.Scalar index, IndexStorage storage, SegmentPublisher publisher, TextScans scans)
    implements EntryQuestions {

  /** Their texts are taken apart for each word that is asked for: some seconds of work. */
  @Override
  public long mostRows() {
    return 1L << 18;
  }

  @Override
  public boolean knowValues() {
    return false;
  }

  @Override
  public Optional<String> difference(
      DatasetHandle dataset, UUID segment, Coverage fragments, boolean committed)
      throws IOException {
    return rows(dataset, segment, fragments).objection(!committed);
  }

  @Override
  public Optional<String> wrongAnswers(
      DatasetHandle dataset, SegmentRegistration segment, Coverage fragments, boolean committed)
      throws IOException {
    TextRows rows = rows(dataset, segment.uuid(), fragments);
    try (DetachedVersion alone = publisher.alone(dataset, segment);
        DetachedVersion reading = scans.open(dataset)) {
      return new TextVerifier(
              index.column(),
              TextParameters.tellPlaces(scans.parameters(dataset)),
              committed,
              segment.uuid().getLeastSignificantBits())
          .difference(alone.handle(), reading.handle(), fragments, rows.missing());
    }
  }

  private TextRows rows(DatasetHandle dataset, UUID segment, Coverage fragments)
      throws IOException {
    return TextRows.of(dataset, index.column(), storage, segment, fragments);
  }
}
