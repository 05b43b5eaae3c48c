package dev.freshet.lance.read;

import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.VectorColumn;
import dev.freshet.lance.manifest.ManifestReader;
import dev.freshet.state.model.Fragment;
import dev.freshet.vector.quantizer.VectorBatch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.arrow.vector.ipc.ArrowReader;

/** Reads the vectors that rows have now, by their ids. Holds them twice while they are read. */
public final class VectorTake {

  private static final String ROW_ID = "_rowid";

  private final DatasetHandle handle;
  private final VectorColumn column;

  public VectorTake(DatasetHandle handle, VectorColumn column) {
    this.handle = handle;
    this.column = column;
  }

  /**
   * The rows of those ids that are live, in any order. Reads the row ids of their fragments first,
   * as Lance refuses to take a deleted row by its address.
   *
   * @param rowIds distinct
   */
  public VectorBatch takeLive(List<Long> rowIds) throws IOException {
    if (handle.stableRowIds()) {
      return take(rowIds);
    }
    Set<Long> asked = new HashSet<>(rowIds);
    Set<Integer> touched =
        rowIds.stream().map(id -> (int) (id >>> Integer.SIZE)).collect(Collectors.toSet());
    List<Integer> fragments =
        ManifestReader.fragments(handle).stream()
            .map(Fragment::id)
            .filter(touched::contains)
            .toList();
    List<Long> live = new ArrayList<>();
    LiveRowIds.forEach(
        handle,
        fragments,
        id -> {
          if (asked.contains(id)) {
            live.add(id);
          }
        });
    return take(live);
  }

  /**
   * The rows of those ids, in any order.
   *
   * @param rowIds distinct; ascending ones are read fastest. Where they are addresses, all have to
   *     be of live rows
   */
  public VectorBatch take(List<Long> rowIds) throws IOException {
    List<VectorBatch> batches = new ArrayList<>();
    if (rowIds.isEmpty()) {
      return join(batches);
    }
    try (ArrowReader reader = handle.dataset().takeRows(rowIds, List.of(ROW_ID, column.name()))) {
      while (reader.loadNextBatch()) {
        batches.add(VectorDecoder.decode(reader.getVectorSchemaRoot(), column));
      }
    }
    return batches.size() == 1 ? batches.get(0) : join(batches);
  }

  private VectorBatch join(List<VectorBatch> batches) {
    int total = batches.stream().mapToInt(VectorBatch::rows).sum();
    int dimension = column.dimension();
    long[] rowIds = new long[total];
    float[] vectors = new float[Math.multiplyExact(total, dimension)];
    BitSet valid = new BitSet(total);
    int at = 0;
    for (VectorBatch batch : batches) {
      System.arraycopy(batch.rowIds(), 0, rowIds, at, batch.rows());
      System.arraycopy(batch.vectors(), 0, vectors, at * dimension, batch.rows() * dimension);
      for (int row = 0; row < batch.rows(); row++) {
        valid.set(at + row, batch.valid().get(row));
      }
      at += batch.rows();
    }
    return new VectorBatch(rowIds, vectors, valid, total);
  }
}
