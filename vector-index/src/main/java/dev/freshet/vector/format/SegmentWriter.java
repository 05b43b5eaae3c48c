package dev.freshet.vector.format;

import dev.freshet.vector.quantizer.IvfModel;
import dev.freshet.vector.quantizer.Quantizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;

/**
 * Writes one segment, row-major and sorted by partition: to local temporary files first, and only
 * {@link #finish()} stores them, {@code index.idx} last. Closing before that leaves nothing behind.
 *
 * <p>Memory is bounded: a batch of about 1 MiB here and the page buffers of Lance's file writer.
 */
public final class SegmentWriter implements AutoCloseable {
  private final IndexStorage storage;
  private final UUID segment;
  private final IvfModel model;
  private final BufferAllocator allocator;
  private final Path directory;
  private final RowFileWriter rowWriter;
  private final long[] partitionLengths;
  private int lastPartition;
  private boolean closed;

  private SegmentWriter(
      IndexStorage storage, UUID segment, IvfModel model, BufferAllocator allocator)
      throws IOException {
    this.storage = storage;
    this.segment = segment;
    this.model = model;
    this.allocator = allocator;
    this.partitionLengths = new long[model.partitions()];
    CodeColumn codes = CodeColumn.of(model);
    this.directory = Files.createTempDirectory("freshet-segment-");
    RowFileWriter opened;
    try {
      opened = new RowFileWriter(directory.resolve(SegmentFiles.AUXILIARY), codes, allocator);
    } catch (IOException | RuntimeException e) {
      deleteTemporary();
      throw e;
    }
    this.rowWriter = opened;
  }

  /**
   * Starts a segment.
   *
   * @throws IllegalArgumentException if segments of the model's type are built by Lance only, or
   *     its SQ bounds are no float32 values
   */
  public static SegmentWriter create(
      IndexStorage storage, UUID segment, IvfModel model, BufferAllocator allocator)
      throws IOException {
    return new SegmentWriter(storage, segment, model, allocator);
  }

  /**
   * Appends rows of one partition. Partitions come in ascending order; one may come several times
   * in a row.
   *
   * @param codes row-major, [rows][codeBytes]
   * @param offset first row of the arrays to take
   * @param rows rows to take
   */
  public void append(int partition, long[] rowIds, byte[] codes, int offset, int rows)
      throws IOException {
    if (partition < lastPartition || partition >= partitionLengths.length) {
      throw new IllegalArgumentException(
          "Partition " + partition + " after " + lastPartition + " of " + partitionLengths.length);
    }
    if (offset < 0
        || rows < 0
        || rows > rowIds.length - offset
        || rows > codes.length / model.codeBytes() - offset) {
      throw new IllegalArgumentException(
          rows + " rows from " + offset + " on exceed the arrays that hold them");
    }
    lastPartition = partition;
    partitionLengths[partition] += rows;
    rowWriter.append(rowIds, codes, offset, rows);
  }

  /**
   * Stores the segment.
   *
   * @throws IOException if that fails, or a segment of that uuid exists; nothing is left behind
   */
  public SegmentSummary finish() throws IOException {
    IvfSection rows = IvfSection.contiguous(partitionLengths);
    Path auxiliary = directory.resolve(SegmentFiles.AUXILIARY);
    rowWriter.finish(SegmentMetadata.auxiliary(model));
    List<byte[]> buffers = new ArrayList<>(List.of(rows.toByteArray()));
    codebook().ifPresent(tensor -> buffers.add(tensor.toMessage().toByteArray()));
    GlobalBufferInserter.insert(auxiliary, buffers);
    Path index = writeIndex();

    long bytes = Files.size(auxiliary) + Files.size(index);
    storage.put(segment, SegmentFiles.AUXILIARY, auxiliary);
    try {
      storage.put(segment, SegmentFiles.INDEX, index);
    } catch (IOException | RuntimeException e) {
      storage.delete(segment);
      throw e;
    }
    long total = 0;
    for (long length : partitionLengths) {
      total += length;
    }
    close();
    return new SegmentSummary(segment, total, bytes, partitionLengths);
  }

  @Override
  public void close() throws IOException {
    if (!closed) {
      closed = true;
      try (rowWriter) {
        // the file must be closed before it is deleted
      } finally {
        deleteTemporary();
      }
    }
  }

  /** The file of the centroids: one column without rows, as every flat sub-index has. */
  private Path writeIndex() throws IOException {
    Path index = directory.resolve(SegmentFiles.INDEX);
    Field marker =
        LocalFileWriter.column(
            SegmentFiles.FLAT_MARKER, FieldType.notNullable(new ArrowType.Int(Long.SIZE, false)));
    try (LocalFileWriter file =
        new LocalFileWriter(index, LocalFileWriter.schema(marker), allocator)) {
      file.addMetadata(SegmentMetadata.index(model));
    }
    long[] none = new long[model.partitions()];
    FloatTensor centroids =
        new FloatTensor(model.partitions(), model.dimension(), model.centroids());
    IvfSection ivf = new IvfSection(none, none, Optional.of(centroids));
    GlobalBufferInserter.insert(index, List.of(ivf.toByteArray()));
    return index;
  }

  private Optional<FloatTensor> codebook() {
    return model.quantizer() instanceof Quantizer.Product pq
        ? Optional.of(new FloatTensor(pq.entries(), model.dimension(), pq.codebook()))
        : Optional.empty();
  }

  private void deleteTemporary() throws IOException {
    Files.deleteIfExists(directory.resolve(SegmentFiles.AUXILIARY));
    Files.deleteIfExists(directory.resolve(SegmentFiles.INDEX));
    Files.deleteIfExists(directory);
  }
}
