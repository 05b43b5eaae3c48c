package dev.freshet.lance.verify;

import dev.freshet.lance.commit.ScalarSegmentBuilder;
import dev.freshet.lance.commit.SegmentRegistration;
import dev.freshet.lance.commit.TextParameters;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.LocalDatasetFiles;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.IndexSpec;
import dev.freshet.vector.format.IndexStorage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/** Builds segments in clones, and puts them where segments of the dataset are. */
final class ClonedSegments {

  private ClonedSegments() {}

  static SegmentRegistration build(DatasetHandle handle, IndexSpec.Scalar spec, Coverage coverage)
      throws IOException {
    UUID uuid = UUID.randomUUID();
    Path table = Path.of(handle.location().uri());
    Path clone = table.resolveSibling("clone-" + uuid);
    SegmentRegistration built =
        builder(handle, spec, table).buildInClone(uuid, coverage, clone.toString());
    Path segment = Path.of(IndexStorage.INDICES, uuid.toString());
    Files.createDirectories(table.resolve(IndexStorage.INDICES));
    Files.move(clone.resolve(segment), table.resolve(segment));
    return built;
  }

  private static ScalarSegmentBuilder builder(
      DatasetHandle handle, IndexSpec.Scalar spec, Path table) throws IOException {
    return spec.type().isOverWords()
        ? ScalarSegmentBuilder.ofWords(
            handle,
            spec,
            TextParameters.of(handle, spec.name(), new LocalDatasetFiles(table), "text.json"))
        : ScalarSegmentBuilder.ofValues(handle, spec);
  }
}
