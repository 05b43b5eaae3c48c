package dev.freshet.bench.kernels;

import dev.freshet.vector.kernels.Distance;
import dev.freshet.vector.kernels.Kernels;
import dev.freshet.vector.kernels.NearestCentroid;
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

/** The nearest of all centroids. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 4, time = 400, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 12, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class AssignmentBenchmark {
  private static final int ROWS = 512;

  /** Dimension and centroids. */
  @Param({"128x256", "768x1024", "1536x4096"})
  public String shape;

  private NearestCentroid centroids;
  private float[] vectors;
  private int[] nearest;
  private double flopsPerVector;

  @Setup
  public void prepare() {
    int dimension = Integer.parseInt(shape.substring(0, shape.indexOf('x')));
    int count = Integer.parseInt(shape.substring(shape.indexOf('x') + 1));
    float[] values = RandomData.gaussian(count * dimension);
    centroids = Kernels.best().nearestCentroid(values, dimension, Distance.SQUARED_L2);
    nearest = new int[ROWS];
    vectors = RandomData.gaussian(ROWS * dimension);
    flopsPerVector = 2.0 * dimension * count;
  }

  @Benchmark
  public int[] assign(Work work) {
    centroids.assign(vectors, 0, ROWS, nearest);
    work.add(ROWS, ROWS * flopsPerVector);
    return nearest;
  }
}
