package dev.freshet.bench.kernels;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * What the calls of a benchmark did. Only the ratios are of use: with several threads JMH counts
 * calls here that it does not time.
 */
@AuxCounters(AuxCounters.Type.EVENTS)
@State(Scope.Thread)
public class Work {
  static final String CALLS = "calls";
  static final String FLOPS = "flops";
  static final String VECTORS = "vectors";

  public double calls;

  /** Floating-point operations; a fused multiply-add is two. */
  public double flops;

  /** Vectors that passed. */
  public double vectors;

  /** Counts one call. */
  void add(int rows, double flopsOfCall) {
    calls++;
    vectors += rows;
    flops += flopsOfCall;
  }
}
