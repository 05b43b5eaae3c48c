package dev.freshet.bench.kernels;

import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.Metric;
import dev.freshet.vector.kernels.Kernels;
import dev.freshet.vector.quantizer.EncodedVectors;
import dev.freshet.vector.quantizer.IvfModel;
import dev.freshet.vector.quantizer.Quantizer;
import dev.freshet.vector.quantizer.VectorBatch;
import dev.freshet.vector.quantizer.VectorEncoder;
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

/** The whole way from scanned vectors to partitions and codes. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 4, time = 400, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 12, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class EncoderBenchmark {
  private static final int FLOATS = 1 << 20;

  /** Dimension, partitions, and PQ's sub-vectors; 8 bits each. */
  @Param({"128,256,PQ16", "768,1024,PQ96", "128,256,SQ", "128,256,FLAT"})
  public String model;

  @Param({"L2"})
  public Metric metric;

  private VectorEncoder encoder;
  private VectorBatch batch;
  private double flopsPerVector;

  @Setup
  public void prepare() {
    String[] parts = model.split(",", -1);
    int dimension = Integer.parseInt(parts[0]);
    int partitions = Integer.parseInt(parts[1]);
    Quantizer quantizer = quantizer(parts[2], dimension);
    IndexType type = IndexType.valueOf("IVF_" + parts[2].replaceAll("\\d", ""));
    float[] centroids = RandomData.gaussian(partitions * dimension);
    IvfModel ivf = new IvfModel(type, metric, dimension, centroids, quantizer);
    encoder = new VectorEncoder(ivf, Kernels.best());
    batch = RandomData.batch(FLOATS / dimension, dimension);
    int entries = quantizer instanceof Quantizer.Product pq ? pq.entries() : 0;
    flopsPerVector = 2.0 * dimension * (partitions + entries);
  }

  private static Quantizer quantizer(String name, int dimension) {
    if (name.startsWith("PQ")) {
      int subVectors = Integer.parseInt(name.substring(2));
      return new Quantizer.Product(subVectors, 8, RandomData.gaussian(dimension << 8));
    }
    return name.equals("SQ") ? new Quantizer.Scalar(-4, 4) : new Quantizer.Flat();
  }

  @Benchmark
  public EncodedVectors encode(Work work) {
    work.add(batch.rows(), batch.rows() * flopsPerVector);
    return encoder.encode(batch);
  }
}
