package dev.freshet.lance.verify;

import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.VectorColumn;
import dev.freshet.lance.read.VectorScan;
import dev.freshet.lance.read.VectorTake;
import dev.freshet.state.model.Fragment;
import dev.freshet.state.model.IndexType;
import dev.freshet.vector.format.SegmentReader;
import dev.freshet.vector.kernels.Kernels;
import dev.freshet.vector.quantizer.CodeCheck;
import dev.freshet.vector.quantizer.EncodableRows;
import dev.freshet.vector.quantizer.EncodedBlock;
import dev.freshet.vector.quantizer.IvfModel;
import dev.freshet.vector.quantizer.VectorBatch;
import dev.freshet.vector.quantizer.VectorEncoder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads the present vectors of the fragments of a segment once, and compares the segment's codes
 * with them where they are Freshet's to encode.
 *
 * <p>It goes over the fragments in passes of {@value #PASS_ROWS} rows, or one larger fragment, and
 * over the codes once a pass. Memory: 24 bytes a row of a pass.
 */
public final class SegmentScan {

  private static final long BATCH_BYTES = 8L << 20;
  private static final long PASS_ROWS = 8L << 20;

  private final DatasetHandle dataset;
  private final VectorColumn column;
  private final BatchConsumer onlooker;
  private final Kernels kernels = Kernels.best();

  /**
   * @param onlooker is shown every batch too
   */
  public SegmentScan(DatasetHandle dataset, VectorColumn column, BatchConsumer onlooker) {
    this.onlooker = onlooker;
    this.dataset = dataset;
    this.column = column;
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
    SegmentRows rows = new SegmentRows();
    IvfModel model = reader.model();
    if (model.type().builder() != IndexType.Builder.FRESHET) {
      EncodableRows encodable = new EncodableRows(model.dimension(), model.metric());
      scan(covered, batch -> rows.add(batch, encodable.of(batch)));
      return rows;
    }
    VectorEncoder encoder = new VectorEncoder(model, kernels);
    CodeComparison comparison =
        new CodeComparison(
            new VectorTake(dataset, column), model, new CodeCheck(model, kernels), findings);
    for (List<Fragment> pass : passes(covered)) {
      int most = Math.toIntExact(pass.stream().mapToLong(Fragment::liveRows).sum());
      ExpectedCodes expected = new ExpectedCodes(most, model.codeBytes());
      scan(
          pass,
          batch -> {
            EncodedBlock block = encoder.encode(batch).block();
            rows.add(batch, block.rowIds());
            expected.add(block);
          });
      expected.sort();
      comparison.compare(reader.cursor(Runnable::run), expected);
    }
    return rows;
  }

  /** Takes a batch before the next one is read. */
  public interface BatchConsumer {
    void accept(VectorBatch batch);
  }

  private void scan(List<Fragment> fragments, BatchConsumer consumer) throws IOException {
    try (VectorScan scan =
        new VectorScan(
            dataset, column, fragments.stream().map(Fragment::rows).toList(), BATCH_BYTES)) {
      for (Optional<VectorBatch> batch = scan.next(); batch.isPresent(); batch = scan.next()) {
        consumer.accept(batch.get());
        onlooker.accept(batch.get());
      }
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
