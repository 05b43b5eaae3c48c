package dev.freshet.operators.publish;

import dev.freshet.lance.commit.ScalarSegmentBuilder;
import dev.freshet.lance.commit.SegmentPublisher;
import dev.freshet.lance.commit.SegmentRegistration;
import dev.freshet.lance.commit.TextParameters;
import dev.freshet.lance.dataset.DatasetFiles;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.DetachedVersion;
import dev.freshet.operators.assemble.CloneDirectory;
import dev.freshet.operators.storage.OwnFiles;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.IndexSpec;
import dev.freshet.vector.format.IndexStorage;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * Opens versions of a dataset in which Lance searches texts by reading them all, taken apart as an
 * index does it: there an index that covers none of them is all there is over their column.
 *
 * <p>That index is an unpublished segment, which serves for some hours and is garbage then. Not
 * thread-safe.
 */
final class TextScans {

  /** Well within the time that garbage is left alone. */
  private static final Duration RENEWAL = Duration.ofHours(12);

  /**
   * The segment that covers nothing.
   *
   * @param parameters it takes texts apart by
   */
  private record Empty(SegmentRegistration segment, String parameters, Instant made) {}

  private final IndexSpec.Scalar index;
  private final IndexStorage storage;
  private final DatasetFiles files;
  private final SegmentPublisher publisher;
  private Optional<Empty> empty = Optional.empty();

  TextScans(
      IndexSpec.Scalar index,
      IndexStorage storage,
      DatasetFiles files,
      SegmentPublisher publisher) {
    this.index = index;
    this.storage = storage;
    this.files = files;
    this.publisher = publisher;
  }

  /** The dataset's version with such an index; closing it removes it. */
  DetachedVersion open(DatasetHandle dataset) throws IOException {
    String parameters = parameters(dataset);
    int field = dataset.field(index.column());
    if (empty.isEmpty() || !serves(empty.get(), parameters, field)) {
      empty = Optional.of(build(dataset, parameters));
    }
    return publisher.alone(dataset, empty.get().segment());
  }

  /** {@link TextParameters} of the index. */
  String parameters(DatasetHandle dataset) throws IOException {
    return TextParameters.of(dataset, index.name(), files, OwnFiles.textParameters(index.name()));
  }

  private boolean serves(Empty candidate, String parameters, int field) throws IOException {
    return candidate.parameters().equals(parameters)
        && candidate.segment().field() == field
        && candidate.made().plus(RENEWAL).isAfter(Instant.now())
        && storage.size(candidate.segment().uuid()) > 0;
  }

  private Empty build(DatasetHandle dataset, String parameters) throws IOException {
    UUID uuid = UUID.randomUUID();
    try (CloneDirectory clone = new CloneDirectory(dataset.location(), files)) {
      SegmentRegistration segment =
          ScalarSegmentBuilder.ofWords(dataset, index, parameters)
              .buildInClone(uuid, Coverage.empty(), clone.uri());
      clone.copy(uuid, storage);
      return new Empty(segment, parameters, Instant.now());
    }
  }
}
