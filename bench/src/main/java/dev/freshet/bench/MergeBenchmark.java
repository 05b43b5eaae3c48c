package dev.freshet.bench;

import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.Metric;
import dev.freshet.vector.format.IndexStorage;
import dev.freshet.vector.format.LocalIndexStorage;
import dev.freshet.vector.format.SegmentSummary;
import dev.freshet.vector.format.SegmentWriter;
import dev.freshet.vector.merge.BlockSorter;
import dev.freshet.vector.merge.SegmentMerger;
import dev.freshet.vector.quantizer.EncodedBlock;
import dev.freshet.vector.quantizer.IvfModel;
import dev.freshet.vector.quantizer.Quantizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Sorting, writing and merging PQ codes of 16 bytes in 256 partitions; time is of one row. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class MergeBenchmark {

  private static final int DIMENSION = 128;
  private static final int PARTITIONS = 256;
  private static final int SUB_VECTORS = 16;
  private static final int BLOCKS = 8;
  private static final int BLOCK_ROWS = 65_536;
  private static final int ROWS = BLOCKS * BLOCK_ROWS;

  private final IvfModel model =
      new IvfModel(
          IndexType.IVF_PQ,
          Metric.L2,
          DIMENSION,
          new float[PARTITIONS * DIMENSION],
          new Quantizer.Product(SUB_VECTORS, 8, new float[256 * DIMENSION]));
  private final List<EncodedBlock> blocks = new ArrayList<>();
  private final List<SegmentMerger.Input> segments = new ArrayList<>();
  private Path directory;
  private IndexStorage storage;
  private UUID output;

  @Setup
  public void setup() throws IOException {
    directory = Files.createTempDirectory("freshet-merge-");
    storage = new LocalIndexStorage(directory.toString());
    for (int i = 0; i < BLOCKS; i++) {
      EncodedBlock block =
          RandomBlocks.block(BLOCK_ROWS, PARTITIONS, SUB_VECTORS, (long) i * BLOCK_ROWS);
      blocks.add(block);
      UUID segment = new UUID(0, i);
      BlockSorter.write(storage, segment, model, List.of(block));
      segments.add(SegmentMerger.Input.all(segment));
    }
  }

  @Setup(Level.Invocation)
  public void next() {
    output = UUID.randomUUID();
  }

  @TearDown(Level.Invocation)
  public void deleteOutput() throws IOException {
    storage.delete(output);
  }

  @TearDown
  public void deleteInputs() throws IOException {
    for (SegmentMerger.Input segment : segments) {
      storage.delete(segment.segment());
    }
    Files.deleteIfExists(directory.resolve(IndexStorage.INDICES));
    Files.deleteIfExists(directory);
  }

  /** Blocks in the order of the scan, to a segment. */
  @Benchmark
  @OperationsPerInvocation(ROWS)
  public SegmentSummary sortAndWrite() throws IOException {
    return BlockSorter.write(storage, output, model, blocks);
  }

  /** Rows that are sorted already, to a segment. */
  @Benchmark
  @OperationsPerInvocation(ROWS)
  public SegmentSummary write() throws IOException {
    try (SegmentWriter writer = SegmentWriter.create(storage, output, model)) {
      int rows = BLOCK_ROWS / PARTITIONS;
      for (int partition = 0; partition < PARTITIONS; partition++) {
        for (EncodedBlock block : blocks) {
          writer.append(partition, block.rowIds(), block.codes(), partition * rows, rows);
        }
      }
      return writer.finish();
    }
  }

  /** Segments to one. */
  @Benchmark
  @OperationsPerInvocation(ROWS)
  public SegmentSummary merge() throws IOException {
    return SegmentMerger.merge(storage, segments, output, model);
  }
}
