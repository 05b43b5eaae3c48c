package dev.freshet.operators.assemble;

import dev.freshet.lance.commit.LanceSegmentBuilder;
import dev.freshet.lance.commit.ScalarSegmentBuilder;
import dev.freshet.lance.commit.SegmentRegistration;
import dev.freshet.lance.commit.TextParameters;
import dev.freshet.lance.dataset.ArrowBudget;
import dev.freshet.lance.dataset.DatasetException;
import dev.freshet.lance.dataset.DatasetFiles;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.VectorColumn;
import dev.freshet.lance.manifest.DatasetVersions;
import dev.freshet.lance.manifest.ManifestReader;
import dev.freshet.operators.options.StorageAccess;
import dev.freshet.operators.options.StreamOptions;
import dev.freshet.operators.storage.OwnFiles;
import dev.freshet.operators.storage.RequestCounter;
import dev.freshet.operators.train.ModelStore;
import dev.freshet.state.model.BuiltSegment;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.IndexSpec;
import dev.freshet.state.model.ManifestVersion;
import dev.freshet.state.model.SegmentPlan;
import dev.freshet.state.model.UnpublishedSegment;
import dev.freshet.vector.format.IndexStorage;
import dev.freshet.vector.quantizer.IvfModel;
import java.io.IOException;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;

/**
 * Lance's: one segment over all fragments of the plan, those of absorbed segments too, as Lance's
 * own merge of these types is wrong.
 *
 * <p>Fragments that have left the manifest since the plan are left out; the sink sees the same and
 * plans again.
 */
final class LanceBuilder implements SegmentBuilder {

  private final IndexSpec index;
  private final IndexStorage storage;
  private final DatasetVersions versions;
  private final Optional<ModelStore> models;
  private final DatasetFiles files;

  LanceBuilder(StreamOptions options, IndexStorage storage) {
    this.index = options.index();
    this.storage = storage;
    this.versions = new DatasetVersions(options.location(), ArrowBudget.MANIFEST);
    this.models = ModelStore.find(options, storage, versions);
    this.files = StorageAccess.datasetFiles(options.location(), RequestCounter.NONE);
  }

  @Override
  public UnpublishedSegment build(SegmentPlan plan) throws IOException {
    try (DatasetHandle dataset = versions.latest()) {
      return build(dataset, plan);
    }
  }

  @Override
  public UnpublishedSegment build(DatasetHandle dataset, SegmentPlan planned) throws IOException {
    SegmentPlan plan = planned.at(SegmentBuilder.unused(storage, planned.uuid()));
    ManifestVersion manifest = ManifestReader.read(dataset, index.name());
    Coverage live = plan.coverage().intersect(manifest.live());
    if (live.isEmpty()) {
      return new UnpublishedSegment(new BuiltSegment(plan, 0, 0), new byte[0]);
    }
    SegmentRegistration segment = build(dataset, plan, live);
    return new UnpublishedSegment(
        new BuiltSegment(plan, manifest.liveRows(live), storage.size(plan.uuid())),
        segment.details());
  }

  private SegmentRegistration build(DatasetHandle dataset, SegmentPlan plan, Coverage live)
      throws IOException {
    if (index instanceof IndexSpec.Scalar scalar) {
      return ofValues(dataset, scalar, plan.uuid(), live);
    }
    IvfModel model = models.orElseThrow().load(plan.model().orElseThrow());
    VectorColumn column = dataset.column(index.column());
    return byLance(
        dataset,
        live,
        () ->
            new LanceSegmentBuilder(dataset, column, files)
                .build(index.name(), model, plan.uuid(), live));
  }

  private SegmentRegistration ofValues(
      DatasetHandle dataset, IndexSpec.Scalar scalar, UUID segment, Coverage live)
      throws IOException {
    ScalarSegmentBuilder builder = builder(dataset, scalar);
    if (scalar.type().isBuiltOverFragments()) {
      return byLance(dataset, live, () -> builder.build(segment, live));
    }
    try (CloneDirectory clone = new CloneDirectory(dataset.location(), files)) {
      SegmentRegistration built =
          byLance(dataset, live, () -> builder.buildInClone(segment, live, clone.uri()));
      clone.copy(segment, storage);
      return built;
    }
  }

  private ScalarSegmentBuilder builder(DatasetHandle dataset, IndexSpec.Scalar scalar)
      throws IOException {
    return scalar.type().isOverWords()
        ? ScalarSegmentBuilder.ofWords(
            dataset,
            scalar,
            TextParameters.of(
                dataset, scalar.name(), files, OwnFiles.textParameters(scalar.name())))
        : ScalarSegmentBuilder.ofValues(dataset, scalar);
  }

  /** Lance reports an unreadable fragment by an IOException that it does not declare. */
  private static SegmentRegistration byLance(
      DatasetHandle dataset, Coverage live, Callable<SegmentRegistration> building)
      throws UnreadableInputException {
    try {
      return building.call();
    } catch (DatasetException e) {
      throw e; // the input is not at fault
    } catch (Exception e) {
      throw new UnreadableInputException(
          "Lance cannot build a segment over fragments " + live + " of " + dataset + hint(e), e);
    }
  }

  private static String hint(Exception failure) {
    return String.valueOf(failure.getMessage()).contains("Not enough memory")
        ? ": its values are too long to be sorted in what LANCE_MEM_POOL_SIZE allows it, in bytes"
        : "";
  }

  @Override
  public void close() {
    versions.close();
  }
}
