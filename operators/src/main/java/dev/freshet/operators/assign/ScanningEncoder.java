package dev.freshet.operators.assign;

import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.VectorColumn;
import dev.freshet.lance.manifest.DatasetVersions;
import dev.freshet.lance.manifest.ManifestReader;
import dev.freshet.lance.read.VectorScan;
import dev.freshet.operators.metrics.EncodingMetrics;
import dev.freshet.operators.options.StreamOptions;
import dev.freshet.operators.quarantine.DeadLetter;
import dev.freshet.operators.quarantine.DeadLetters;
import dev.freshet.operators.train.ModelErrors;
import dev.freshet.operators.train.ModelStore;
import dev.freshet.operators.wire.EncodedPart;
import dev.freshet.state.model.AssignTask;
import dev.freshet.state.model.ModelReference;
import dev.freshet.state.model.RowCounts;
import dev.freshet.state.model.RowRange;
import dev.freshet.vector.kernels.Kernels;
import dev.freshet.vector.quantizer.EncodedBlock;
import dev.freshet.vector.quantizer.EncodedVectors;
import dev.freshet.vector.quantizer.IvfModel;
import dev.freshet.vector.quantizer.VectorBatch;
import dev.freshet.vector.quantizer.VectorEncoder;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Scans ranges as Arrow and encodes them.
 *
 * <p>A read that fails is tried {@link #ATTEMPTS} times; then the fragments are read one by one,
 * and what still cannot be read is left out; reported and counted too, unless it has gone. Memory:
 * the scan's Arrow buffers, a batch of {@value #BATCH_BYTES} bytes as floats, and the task's
 * encoded rows.
 */
final class ScanningEncoder implements RangeEncoder {

  static final int ATTEMPTS = 3;

  private static final Logger LOG = LoggerFactory.getLogger(ScanningEncoder.class);

  /** Small enough that a batch stays in the last cache until it is encoded. */
  private static final long BATCH_BYTES = 4L << 20;

  private final StreamOptions options;
  private final EncodingMetrics metrics;
  private final Kernels kernels = Kernels.best();
  private final DatasetVersions versions;
  private final ModelStore models;
  private final DeadLetters deadLetters;
  private final ModelErrors errors;
  private Optional<Encoder> encoder = Optional.empty();
  private String encoderModel = "";

  ScanningEncoder(
      StreamOptions options,
      DatasetVersions versions,
      ModelStore models,
      DeadLetters deadLetters,
      EncodingMetrics metrics) {
    this.options = options;
    this.versions = versions;
    this.models = models;
    this.deadLetters = deadLetters;
    this.metrics = metrics;
    this.errors = ModelErrors.of(options);
  }

  /** What encodes, and watches how well the model fits. */
  private record Encoder(VectorEncoder vectors, FitWatch fit) {

    EncodedVectors encode(VectorBatch batch) {
      EncodedVectors encoded = vectors.encode(batch);
      fit.encoded(batch, encoded.block());
      return encoded;
    }
  }

  @Override
  public EncodedPart encode(AssignTask assigned) throws IOException {
    Encoder vectors;
    try {
      vectors = encoderFor(assigned.model().orElseThrow());
    } catch (FileNotFoundException e) {
      LOG.error("Task {} is left out and handed out again later", assigned.task(), e);
      return EncodedPart.of(List.of(), RowCounts.ZERO, List.of());
    }
    long version = assigned.task().version();
    List<RowRange> ranges = assigned.task().ranges();
    Optional<EncodedPart> part = tryEncode(version, ranges, vectors, ATTEMPTS);
    EncodedPart encoded = part.isPresent() ? part.get() : oneByOne(version, ranges, vectors);
    metrics.encoded(encoded.counts());
    return encoded;
  }

  /** Finds the ranges that cannot be read, and leaves them out. */
  private EncodedPart oneByOne(long version, List<RowRange> ranges, Encoder vectors)
      throws IOException {
    List<RowRange> read = new ArrayList<>();
    List<EncodedBlock> blocks = new ArrayList<>();
    RowCounts counts = RowCounts.ZERO;
    for (RowRange range : ranges) {
      try {
        EncodedPart part = scan(version, List.of(range), vectors);
        read.add(range);
        blocks.addAll(part.blocks());
        counts = counts.plus(part.counts());
      } catch (IOException | RuntimeException e) {
        leaveOut(version, range, e);
      }
    }
    return EncodedPart.of(read, counts, blocks);
  }

  private void leaveOut(long version, RowRange range, Exception failure) throws IOException {
    if (hasGone(version, range)) {
      LOG.info(
          "Fragment {} of {} is left out: another writer has removed it, or version {}, since",
          range.fragment(),
          options.dataset(),
          version,
          failure);
      return;
    }
    metrics.unreadable();
    deadLetters.put(
        new DeadLetter(
            range.fragment(), range.fingerprint(), Instant.now(), "it cannot be read: " + failure));
    LOG.error(
        "Fragment {} of {} cannot be read at version {}: it is left out and tried again later",
        range.fragment(),
        options.dataset(),
        version,
        failure);
  }

  /** Files of a fragment or a version that has gone may be cleaned up: they are not broken. */
  private boolean hasGone(long version, RowRange range) {
    try (DatasetHandle latest = versions.latest()) {
      return !versions.has(version)
          || ManifestReader.read(latest, options.index().name()).fragments().stream()
              .noneMatch(
                  fragment ->
                      fragment.id() == range.fragment()
                          && fragment.fingerprint() == range.fingerprint());
    }
  }

  private Optional<EncodedPart> tryEncode(
      long version, List<RowRange> ranges, Encoder vectors, int attempts) {
    for (int attempt = 1; attempt <= attempts; attempt++) {
      try {
        return Optional.of(scan(version, ranges, vectors));
      } catch (IOException | RuntimeException e) {
        LOG.warn(
            "Cannot read {} ranges of {} at version {} (attempt {} of {})",
            ranges.size(),
            options.dataset(),
            version,
            attempt,
            attempts,
            e);
      }
    }
    return Optional.empty();
  }

  private EncodedPart scan(long version, List<RowRange> ranges, Encoder vectors)
      throws IOException {
    DatasetHandle dataset = versions.at(version);
    VectorColumn column = dataset.column(options.index().column());
    List<EncodedBlock> blocks = new ArrayList<>();
    RowCounts counts = RowCounts.ZERO;
    try (VectorScan scan = new VectorScan(dataset, column, ranges, BATCH_BYTES)) {
      for (Optional<VectorBatch> batch = scan.next(); batch.isPresent(); batch = scan.next()) {
        EncodedVectors encoded = vectors.encode(batch.get());
        blocks.add(encoded.block());
        counts =
            counts.plus(
                new RowCounts(
                    encoded.block().rows(), encoded.skippedNull(), encoded.skippedNonFinite()));
      }
    }
    return EncodedPart.of(ranges, counts, blocks);
  }

  private Encoder encoderFor(ModelReference reference) throws IOException {
    if (encoder.isEmpty() || !encoderModel.equals(reference.id())) {
      IvfModel model = models.load(reference);
      encoder =
          Optional.of(
              new Encoder(new VectorEncoder(model, kernels), FitWatch.of(model, errors, metrics)));
      encoderModel = reference.id();
    }
    return encoder.get();
  }
}
