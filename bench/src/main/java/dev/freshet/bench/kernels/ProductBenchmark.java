package dev.freshet.bench.kernels;

import dev.freshet.vector.kernels.Kernels;
import dev.freshet.vector.kernels.ProductEncoder;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The nearest codebook entry of each of 16 sub-vectors. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 4, time = 400, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 12, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class ProductBenchmark {
  private static final int SUB_VECTORS = 16;
  private static final int ROWS = 4096;

  @Param({"2", "4", "6", "8", "16"})
  public int length;

  @Param({"8", "4"})
  public int bits;

  private ProductEncoder encoder;
  private float[] vectors;
  private byte[] codes;

  @Setup
  public void prepare() {
    int entries = 1 << bits;
    float[] codebook = RandomData.gaussian(SUB_VECTORS * entries * length);
    encoder = Kernels.best().productEncoder(codebook, SUB_VECTORS, entries);
    vectors = RandomData.gaussian(ROWS * SUB_VECTORS * length);
    codes = new byte[ROWS * SUB_VECTORS];
  }

  @Benchmark
  public byte[] encode(Work work) {
    encoder.encode(vectors, 0, ROWS, codes);
    work.add(ROWS, 2.0 * ROWS * SUB_VECTORS * length * (1 << bits));
    return codes;
  }
}
