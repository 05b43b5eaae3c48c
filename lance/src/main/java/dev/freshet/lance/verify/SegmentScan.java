package dev.freshet.lance.verify;

import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.VectorColumn;
import dev.freshet.lance.read.ParallelScan;
import dev.freshet.lance.read.VectorScan;
import dev.freshet.lance.read.VectorTake;
import dev.freshet.state.model.Fragment;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.Metric;
import dev.freshet.state.model.RowRange;
import dev.freshet.vector.format.SegmentReader;
import dev.freshet.vector.kernels.Kernels;
import dev.freshet.vector.quantizer.CodeCheck;
import dev.freshet.vector.quantizer.EncodableRows;
import dev.freshet.vector.quantizer.EncodedBlock;
import dev.freshet.vector.quantizer.IvfModel;
import dev.freshet.vector.quantizer.VectorEncoder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Reads the present vectors of the fragments of a segment once, and compares the segment's codes
 * with them where they are Freshet's to encode.
 *
 * <p>It goes over the fragments in passes of {@value #PASS_ROWS} rows, or one larger fragment, and
 * over the codes once a pass. Memory: 24 bytes a row of a pass, and for each thread {@value
 * #BATCH_BYTES} bytes of vectors and twice the model.
 */
public final class SegmentScan {

  private static final long BATCH_BYTES = 4L << 20;
  private static final long PASS_ROWS = 8L << 20;

  private final DatasetHandle dataset;
  private final VectorColumn column;
  private final List<ParallelScan.BatchConsumer> onlookers;
  private final Kernels kernels = Kernels.best();

  /**
   * @param onlookers one for each thread that works, which is shown each batch of that thread
   */
  public SegmentScan(
      DatasetHandle dataset, VectorColumn column, List<ParallelScan.BatchConsumer> onlookers) {
    this.dataset = dataset;
    this.column = column;
    this.onlookers = List.copyOf(onlookers);
  }

  /**
   * Looks at a segment.
   *
   * @param covered live fragments that it covers, all or some
   * @param findings receives what is wrong with its codes
   * @return the live rows of the fragments
   */
  public SegmentRows look(SegmentReader reader, List<Fragment> covered, EntryFindings findings)
      throws IOException {
    IvfModel model = reader.model();
    if (model.type().builder() != IndexType.Builder.FRESHET) {
      return rows(covered, model.metric());
    }
    SegmentRows rows = new SegmentRows();
    CodeComparison comparison =
        new CodeComparison(
            new VectorTake(dataset, column), model, new CodeCheck(model, kernels), findings);
    for (List<Fragment> pass : passes(covered)) {
      ExpectedCodes expected = new ExpectedCodes(model.codeBytes());
      scan(pass, () -> encoding(model, rows, expected));
      expected.sort();
      comparison.compare(reader.cursor(Runnable::run), expected);
    }
    return rows;
  }

  private ParallelScan.BatchConsumer encoding(
      IvfModel model, SegmentRows rows, ExpectedCodes expected) {
    VectorEncoder encoder = new VectorEncoder(model, kernels);
    return batch -> {
      EncodedBlock block = encoder.encode(batch).block();
      rows.add(batch, block.rowIds());
      expected.add(block);
    };
  }

  /** Reads the vectors of any fragments, once, and returns their live rows. */
  public SegmentRows rows(List<Fragment> fragments, Metric metric) throws IOException {
    SegmentRows rows = new SegmentRows();
    scan(
        fragments,
        () -> {
          EncodableRows encodable = new EncodableRows(column.dimension(), metric);
          return batch -> rows.add(batch, encodable.of(batch));
        });
    return rows;
  }

  private void scan(List<Fragment> fragments, Supplier<ParallelScan.BatchConsumer> consumers)
      throws IOException {
    long rows = fragments.stream().mapToLong(Fragment::liveRows).sum();
    long batches = 1 + rows * column.dimension() * Float.BYTES / BATCH_BYTES;
    List<ParallelScan.BatchConsumer> working = new ArrayList<>();
    for (int i = 0; i < Math.min(batches, onlookers.size()); i++) {
      ParallelScan.BatchConsumer consumer = consumers.get();
      ParallelScan.BatchConsumer onlooker = onlookers.get(i);
      working.add(
          batch -> {
            consumer.accept(batch);
            onlooker.accept(batch);
          });
    }
    List<RowRange> ranges = fragments.stream().map(Fragment::rows).toList();
    try (VectorScan scan = new VectorScan(dataset, column, ranges, BATCH_BYTES)) {
      ParallelScan.run(scan, working);
    }
  }

  private static List<List<Fragment>> passes(List<Fragment> fragments) {
    List<List<Fragment>> passes = new ArrayList<>();
    long rows = PASS_ROWS;
    for (Fragment fragment : fragments) {
      if (rows + fragment.liveRows() > PASS_ROWS) {
        passes.add(new ArrayList<>());
        rows = 0;
      }
      passes.get(passes.size() - 1).add(fragment);
      rows += fragment.liveRows();
    }
    return passes;
  }
}
