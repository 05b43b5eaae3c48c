package dev.freshet.operators;

import dev.freshet.lance.TestDataset;
import dev.freshet.lance.TestModels;
import dev.freshet.lance.TestVectors;
import dev.freshet.lance.dataset.DatasetFiles;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.LocalDatasetFiles;
import dev.freshet.lance.dataset.VectorColumn.Element;
import dev.freshet.lance.manifest.DatasetVersions;
import dev.freshet.lance.manifest.ManifestReader;
import dev.freshet.operators.assign.RangeEncoder;
import dev.freshet.operators.assign.ShardSealer;
import dev.freshet.operators.metrics.EncodingMetrics;
import dev.freshet.operators.options.FreshetOptions;
import dev.freshet.operators.options.StreamOptions;
import dev.freshet.operators.quarantine.DeadLetters;
import dev.freshet.operators.train.ModelStore;
import dev.freshet.operators.wire.EncodedPart;
import dev.freshet.state.model.AssignTask;
import dev.freshet.state.model.Fragment;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.ManifestVersion;
import dev.freshet.state.model.Metric;
import dev.freshet.state.model.ModelReference;
import dev.freshet.state.model.RowRange;
import dev.freshet.state.model.SealedShard;
import dev.freshet.state.model.SegmentPlan;
import dev.freshet.state.model.ShardTask;
import dev.freshet.vector.format.SegmentReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.flink.configuration.Configuration;

/**
 * A real dataset of seeded vectors, a stream's options over it, a stored model, and the work of the
 * stages as single calls. Fragments have {@value #ROWS} rows each.
 */
public final class TestStream implements AutoCloseable {

  public static final int ROWS = 150;
  public static final long SEED = 37;

  private static final int DIMENSION = 8;
  private static final int PARTITIONS = 4;
  private static final long ARROW_BYTES = 64L << 20;

  public final TestVectors vectors;
  public final TestDataset dataset;
  public final Configuration config;
  public final DatasetVersions versions;
  private final int fragments;
  private final IndexType type;
  private int shards;

  private TestStream(Path path, IndexType type, int fragments, boolean stableRowIds) {
    this.fragments = fragments;
    this.type = type;
    vectors = TestVectors.clustered(fragments * ROWS, DIMENSION, 8, SEED);
    dataset = TestDataset.create(path, Element.FLOAT32, DIMENSION, stableRowIds);
    dataset.append(vectors, ROWS);
    config = TestOptions.config(path.toString());
    config.set(FreshetOptions.INDEX_TYPE, type.name());
    config.set(FreshetOptions.INDEX_PARTITIONS, PARTITIONS);
    versions = new DatasetVersions(dataset.location(), ARROW_BYTES);
  }

  public static TestStream create(Path path, IndexType type, int fragments) {
    return new TestStream(path, type, fragments, false);
  }

  /** The same with row ids that stay when rows move. */
  public static TestStream withStableRowIds(Path path, IndexType type, int fragments) {
    return new TestStream(path, type, fragments, true);
  }

  public StreamOptions options() {
    return StreamOptions.from(config);
  }

  /** Stores a model whose entries are rows of the dataset. */
  public ModelReference saveModel() throws IOException {
    return saveModel(PARTITIONS);
  }

  public ModelReference saveModel(int partitions) throws IOException {
    return models().save(TestModels.of(vectors, type, Metric.L2, partitions));
  }

  /** Changes the bytes of a segment's rows where they are. */
  public void overwrite(UUID segment, Consumer<byte[]> change) throws IOException {
    Path file = Path.of(dataset.path().toString(), "_indices", segment.toString(), "auxiliary.idx");
    byte[] bytes = Files.readAllBytes(file);
    change.accept(bytes);
    Files.write(file, bytes);
  }

  /** Cuts the end off a segment's codes. */
  public void truncate(UUID segment) throws IOException {
    Path file = Path.of(dataset.path().toString(), "_indices", segment.toString(), "auxiliary.idx");
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, bytes.length - 20));
  }

  public ModelStore models() {
    return ModelStore.of(options(), options().indexStorage(), versions);
  }

  public DeadLetters deadLetters() {
    return new DeadLetters(files(), options().index().name());
  }

  /** Files beside Lance's own. */
  public DatasetFiles files() {
    return new LocalDatasetFiles(dataset.path());
  }

  public ManifestVersion manifest() {
    try (DatasetHandle handle = versions.latest()) {
      return ManifestReader.read(handle, options().index().name());
    }
  }

  /** All rows of a fragment as of the latest version. */
  public RowRange rows(int fragment) {
    return manifest().fragments().stream()
        .filter(one -> one.id() == fragment)
        .map(Fragment::rows)
        .findFirst()
        .orElseThrow();
  }

  /** The tasks of one shard, a task for each of the given lists of ranges. */
  public List<AssignTask> tasks(ModelReference model, List<List<RowRange>> ranges) {
    String shard = manifest().version() + "-" + shards++;
    return IntStream.range(0, ranges.size())
        .mapToObj(
            index ->
                new AssignTask(
                    new ShardTask(
                        shard, manifest().version(), index, ranges.size(), ranges.get(index)),
                    Optional.of(model)))
        .toList();
  }

  /** A shard of whole fragments, encoded and written. */
  public SealedShard seal(ModelReference model, int... wholeFragments) throws IOException {
    return seal(model, UnaryOperator.identity(), wholeFragments);
  }

  /** The same with its encoded rows changed before they are written. */
  public SealedShard seal(
      ModelReference model, UnaryOperator<EncodedPart> change, int... wholeFragments)
      throws IOException {
    AssignTask task =
        tasks(model, List.of(Arrays.stream(wholeFragments).mapToObj(this::rows).toList())).get(0);
    RangeEncoder encoder =
        RangeEncoder.of(
            options(),
            versions,
            Optional.of(models()),
            deadLetters(),
            new EncodingMetrics(new RecordedMetrics().group()));
    EncodedPart part = change.apply(encoder.encode(task));
    return new ShardSealer(options(), Optional.of(models()))
        .seal(task, List.of(part))
        .orElseThrow();
  }

  /** The plan of these shards alone. */
  public SegmentPlan plan(SealedShard... sealed) {
    return SegmentPlan.of(
        sealed[0].model(), List.of(sealed), List.of(), manifest(), UUID::randomUUID);
  }

  /** Row ids of a segment, ascending. */
  public List<Long> storedRows(UUID segment) throws IOException {
    List<Long> rows = new ArrayList<>();
    SegmentReader.open(options().indexStorage(), segment).rowIds(rows::add);
    return rows.stream().sorted().toList();
  }

  /** Row ids of whole fragments, ascending. */
  public List<Long> rowIds(int... wholeFragments) {
    return Arrays.stream(wholeFragments)
        .boxed()
        .flatMap(fragment -> LongStream.range(0, ROWS).mapToObj(row -> rowId(fragment, row)))
        .toList();
  }

  public int fragments() {
    return fragments;
  }

  private static long rowId(int fragment, long row) {
    return ((long) fragment << Integer.SIZE) + row;
  }

  @Override
  public void close() {
    versions.close();
    dataset.close();
  }
}
