package dev.freshet.vector.format;

import static dev.freshet.vector.format.CorruptSegmentException.check;

import dev.freshet.state.model.IndexType;
import dev.freshet.vector.quantizer.IvfModel;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.BitSet;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.LongConsumer;

/**
 * Reads a segment, whether Freshet or Lance wrote it.
 *
 * <p>Everything is decoded and checked in Java, never by Lance's native reader, which aborts the
 * process over a malformed file. Opening reads the files' tails and the model; it holds no resource
 * that has to be closed.
 */
public final class SegmentReader implements IndexedRows {
  private final String location;
  private final IvfModel model;
  private final long[] partitionLengths;
  private final LanceFile auxiliary;
  private final boolean ours;

  private SegmentReader(IndexStorage storage, UUID segment) throws IOException {
    this.location = storage.datasetUri() + "/" + IndexStorage.INDICES + "/" + segment;
    LanceFile index = LanceFile.open(storage, segment, SegmentFiles.INDEX);
    this.auxiliary = LanceFile.open(storage, segment, SegmentFiles.AUXILIARY);
    this.ours = SegmentFiles.FRESHET.equals(index.schema().metadata().get(SegmentFiles.WRITER_KEY));
    Optional<String> objection = LanceSupport.objection(index.schema(), auxiliary.schema());
    if (objection.isPresent()) {
      throw new UnsupportedSegmentException("Segment " + segment, objection.get());
    }
    IvfSection indexIvf = ivf(index);
    check(indexIvf.centroids().isPresent(), "no centroids in %s", SegmentFiles.INDEX);
    this.model = ModelReader.read(index, auxiliary, indexIvf.centroids().orElseThrow());
    IvfSection rows = ivf(auxiliary);
    rows.checkCovers(auxiliary.schema().rows());
    this.partitionLengths = rows.lengths();
    check(
        partitionLengths.length == model.partitions()
            && indexIvf.lengths().length == model.partitions(),
        "%d centroids for %d partitions",
        model.partitions(),
        partitionLengths.length);
    checkColumns();
    if (index.schema().rows() > 0) { // a graph over each partition
      indexIvf.checkCovers(index.schema().rows());
    }
  }

  /**
   * Opens a segment.
   *
   * @throws CorruptSegmentException if a file is malformed or of an unknown layout; an {@link
   *     UnknownFormatException} if it is of an unknown version
   * @throws UnsupportedSegmentException if Lance must not open it
   * @throws FileNotFoundException if a file is missing
   */
  public static SegmentReader open(IndexStorage storage, UUID segment) throws IOException {
    try {
      return new SegmentReader(storage, segment);
    } catch (CorruptSegmentException e) {
      throw e.at(name(storage, segment));
    } catch (IllegalArgumentException e) {
      throw new CorruptSegmentException(name(storage, segment) + ": " + e.getMessage(), e);
    }
  }

  private static String name(IndexStorage storage, UUID segment) {
    return "Segment " + segment + " of " + storage.datasetUri();
  }

  /** The model; for IVF_HNSW_SQ and IVF_RQ without what Lance chose for this segment alone. */
  public IvfModel model() {
    return model;
  }

  /** Whether Freshet wrote it, and nobody has remapped or merged it since. */
  public boolean isOurs() {
    return ours;
  }

  /** How many entries there are. */
  public long rows() {
    return auxiliary.schema().rows();
  }

  /** Rows of each partition, in the order of the centroids. */
  public long[] partitionLengths() {
    return partitionLengths.clone();
  }

  /**
   * The rows, partition by partition. Codes come row-major, also where Lance stored them
   * transposed.
   *
   * @param executor reads ahead, for as long as the cursor is used
   * @throws IllegalArgumentException if the codes of this type are known to Lance only
   */
  public PartitionCursor cursor(Executor executor) throws IOException {
    BitSet all = new BitSet(partitionLengths.length);
    all.set(0, partitionLengths.length);
    return cursor(executor, all);
  }

  /**
   * The rows of some partitions, without reading those before them.
   *
   * @param executor reads ahead, for as long as the cursor is used
   * @param partitions a bit for each partition that is wanted
   * @throws IllegalArgumentException if the codes of this type are known to Lance only, or a
   *     partition is not there
   */
  public PartitionCursor cursor(Executor executor, BitSet partitions) throws IOException {
    if (partitions.length() > partitionLengths.length) {
      throw new IllegalArgumentException(
          location
              + " has "
              + partitionLengths.length
              + " partitions, so none of number "
              + (partitions.length() - 1));
    }
    CodeColumn codes = codes();
    int rowIdColumn = auxiliary.schema().indexOf(SegmentFiles.ROW_ID, SegmentFiles.ROW_ID_TYPE);
    int codeColumn = auxiliary.schema().indexOf(codes.name(), codes.lanceType());
    return new PartitionCursor(
        location,
        new ColumnReader(auxiliary, rowIdColumn, 1, Long.BYTES, executor),
        new ColumnReader(auxiliary, codeColumn, codes.items(), codes.itemBytes(), executor),
        codes.codeBytes(),
        partitionLengths,
        SegmentMetadata.parseStorage(auxiliary.schema()).path("transposed").asBoolean(false),
        (BitSet) partitions.clone());
  }

  /** Feeds every row id, partition by partition, reading nothing but the row ids. */
  @Override
  public void rowIds(LongConsumer consumer) throws IOException {
    int column = auxiliary.schema().indexOf(SegmentFiles.ROW_ID, SegmentFiles.ROW_ID_TYPE);
    try {
      RowIdColumn.read(auxiliary, column, consumer);
    } catch (CorruptSegmentException e) {
      throw new CorruptSegmentException(location + ": " + e.getMessage(), e);
    }
  }

  private void checkColumns() throws CorruptSegmentException {
    FileSchema schema = auxiliary.schema();
    schema.indexOf(SegmentFiles.ROW_ID, SegmentFiles.ROW_ID_TYPE);
    if (model.type().builder() == IndexType.Builder.FRESHET) {
      CodeColumn codes = codes();
      schema.indexOf(codes.name(), codes.lanceType());
    }
  }

  private CodeColumn codes() {
    if (model.type().builder() != IndexType.Builder.FRESHET) {
      throw new IllegalArgumentException(
          location + " is of type " + model.type() + ", whose rows are read by Lance only");
    }
    return CodeColumn.of(model);
  }

  private static IvfSection ivf(LanceFile file) throws IOException {
    return IvfSection.parse(file.globalBuffer(SegmentMetadata.ivfBuffer(file.schema())));
  }
}
