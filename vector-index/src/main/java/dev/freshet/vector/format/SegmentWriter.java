package dev.freshet.vector.format;

import dev.freshet.vector.quantizer.IvfModel;
import dev.freshet.vector.quantizer.Quantizer;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;

/**
 * Writes one segment in the format of its dataset, row-major and sorted by partition, straight to
 * where it will be; {@link #finish()} writes {@code index.idx} last. Closing before that removes
 * what was begun.
 *
 * <p>Memory: a page of each of the two columns, about 8 MiB each; in the background 4 MiB more.
 */
public final class SegmentWriter implements AutoCloseable {
  private static final int ID_BATCH = 4096;

  private final IndexStorage storage;
  private final UUID segment;
  private final IvfModel model;
  private final FileFormat format;
  private final CodeColumn codeColumn;
  private final FileOutput rows;
  private final ColumnWriter ids;
  private final ColumnWriter codes;
  private final long[] partitionLengths;
  private final byte[] idBytes = new byte[ID_BATCH * Long.BYTES];
  private final LongBuffer idLongs =
      ByteBuffer.wrap(idBytes).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer();
  private int lastPartition;
  private boolean complete;

  private SegmentWriter(
      IndexStorage storage, UUID segment, IvfModel model, UnaryOperator<OutputStream> way)
      throws IOException {
    this.storage = storage;
    this.segment = segment;
    this.model = model;
    this.codeColumn = CodeColumn.of(model);
    this.format = storage.format();
    this.ids = ColumnWriter.ofLongs(format);
    this.codes = ColumnWriter.ofLists(format, codeColumn.items(), codeColumn.itemBytes());
    this.partitionLengths = new long[model.partitions()];
    this.rows = new FileOutput(way.apply(storage.create(segment, SegmentFiles.AUXILIARY)));
  }

  /**
   * Starts a segment.
   *
   * @throws java.nio.file.FileAlreadyExistsException if a segment of that uuid exists; it is not
   *     touched
   * @throws IllegalArgumentException if segments of the model's type are built by Lance only, or
   *     its SQ bounds are no float32 values
   */
  public static SegmentWriter create(IndexStorage storage, UUID segment, IvfModel model)
      throws IOException {
    return new SegmentWriter(storage, segment, model, UnaryOperator.identity());
  }

  /** The same, but its rows are written by another thread while the caller prepares more. */
  public static SegmentWriter createInBackground(IndexStorage storage, UUID segment, IvfModel model)
      throws IOException {
    return new SegmentWriter(storage, segment, model, BackgroundOutput::new);
  }

  /**
   * Appends rows of one partition. Partitions come in ascending order; one may come several times
   * in a row.
   *
   * @param rowCodes row-major, [rows][codeBytes]
   * @param offset first row of the arrays to take
   * @param count rows to take
   */
  public void append(int partition, long[] rowIds, byte[] rowCodes, int offset, int count)
      throws IOException {
    if (partition < lastPartition || partition >= partitionLengths.length) {
      throw new IllegalArgumentException(
          "Partition " + partition + " after " + lastPartition + " of " + partitionLengths.length);
    }
    if (offset < 0
        || count < 0
        || count > rowIds.length - offset
        || count > rowCodes.length / model.codeBytes() - offset) {
      throw new IllegalArgumentException(
          count + " rows from " + offset + " on exceed the arrays that hold them");
    }
    lastPartition = partition;
    partitionLengths[partition] += count;
    for (int done = 0; done < count; done += ID_BATCH) {
      int batch = Math.min(ID_BATCH, count - done);
      idLongs.put(0, rowIds, offset + done, batch);
      ids.append(idBytes, 0, batch, rows);
    }
    codes.append(rowCodes, offset * model.codeBytes(), count, rows);
  }

  /**
   * Completes the segment.
   *
   * @throws IOException if that fails; {@link #close()} then leaves nothing behind
   */
  public SegmentSummary finish() throws IOException {
    long rowCount = Arrays.stream(partitionLengths).sum();
    List<List<ColumnPage>> pages = List.of(ids.finish(rows), codes.finish(rows));
    FileSchema schema =
        new FileSchema(
            List.of(
                new FileSchema.Column(SegmentFiles.ROW_ID, SegmentFiles.ROW_ID_TYPE, true),
                new FileSchema.Column(
                    codeColumn.name(), codeColumn.lanceType(), codeColumn.itemBytes() == 1)),
            SegmentMetadata.auxiliary(model),
            rowCount);
    List<byte[]> buffers = new ArrayList<>();
    buffers.add(IvfSection.contiguous(partitionLengths).toByteArray());
    codebook().ifPresent(tensor -> buffers.add(tensor.toMessage().toByteArray()));
    FileTail.write(rows, format, schema, pages, buffers);
    rows.close();
    long bytes = rows.position() + writeIndex();
    complete = true;
    return new SegmentSummary(segment, rowCount, bytes, partitionLengths);
  }

  @Override
  public void close() throws IOException {
    if (!complete) {
      complete = true;
      try (rows) {
        // a file must be closed before it is deleted
      } finally {
        storage.delete(segment);
      }
    }
  }

  /** The file of the centroids: one column without rows, as every flat sub-index has. */
  private long writeIndex() throws IOException {
    long[] none = new long[model.partitions()];
    FloatTensor centroids =
        new FloatTensor(model.partitions(), model.dimension(), model.centroids());
    byte[] ivf = new IvfSection(none, none, Optional.of(centroids)).toByteArray();
    FileSchema.Column marker =
        new FileSchema.Column(SegmentFiles.FLAT_MARKER, SegmentFiles.ROW_ID_TYPE, false);
    FileSchema schema = new FileSchema(List.of(marker), SegmentMetadata.index(model), 0);
    try (FileOutput file = new FileOutput(storage.create(segment, SegmentFiles.INDEX))) {
      FileTail.write(file, format, schema, List.of(List.of()), List.of(ivf));
      return file.position();
    }
  }

  private Optional<FloatTensor> codebook() {
    return model.quantizer() instanceof Quantizer.Product pq
        ? Optional.of(new FloatTensor(pq.entries(), model.dimension(), pq.codebook()))
        : Optional.empty();
  }
}
