package dev.freshet.bench.kernels;

import java.util.concurrent.TimeUnit;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The most that a core can do: fused multiply-adds on registers alone, in ten independent chains to
 * hide their latency (four cycles, two begun in each, would need eight).
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 4, time = 400, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 12, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class PeakBenchmark {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int CHAINS = 10;
  private static final int STEPS = 20_000;

  private float factor = 0.001f;
  private float start = 1f;
  private final float[] result = new float[SPECIES.length()];

  @Benchmark
  public float[] multiplyAdd(Work work) {
    FloatVector x = FloatVector.broadcast(SPECIES, factor);
    FloatVector y = FloatVector.broadcast(SPECIES, start);
    FloatVector a = y;
    FloatVector b = y.add(1f);
    FloatVector c = y.add(2f);
    FloatVector d = y.add(3f);
    FloatVector e = y.add(4f);
    FloatVector f = y.add(5f);
    FloatVector g = y.add(6f);
    FloatVector h = y.add(7f);
    FloatVector i = y.add(8f);
    FloatVector j = y.add(9f);
    for (int step = 0; step < STEPS; step++) {
      a = x.fma(y, a);
      b = x.fma(y, b);
      c = x.fma(y, c);
      d = x.fma(y, d);
      e = x.fma(y, e);
      f = x.fma(y, f);
      g = x.fma(y, g);
      h = x.fma(y, h);
      i = x.fma(y, i);
      j = x.fma(y, j);
    }
    FloatVector sum = a.add(b).add(c).add(d).add(e).add(f).add(g).add(h).add(i).add(j);
    sum.intoArray(result, 0);
    work.add(0, 2.0 * CHAINS * STEPS * SPECIES.length());
    return result;
  }
}
