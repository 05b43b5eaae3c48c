package dev.freshet.bench;

import dev.freshet.operators.wire.EncodedPart;
import dev.freshet.operators.wire.EncodedPartSerializer;
import dev.freshet.state.model.RowCounts;
import dev.freshet.state.model.RowRange;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The bytes of a part of a shard, as they go to keyed state; time is of one row. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class CodecBenchmark {

  private static final int ROWS = 65_536;

  /** Bytes of a code: PQ of dimension 128 and 768, SQ of 128. */
  @Param({"16", "96", "128"})
  int codeBytes;

  private final EncodedPartSerializer serializer = new EncodedPartSerializer();
  private EncodedPart part;
  private byte[] bytes;

  @Setup
  public void setup() {
    part =
        new EncodedPart(
            List.of(new RowRange(0, 0, ROWS, ROWS, 1)),
            new RowCounts(ROWS, 0, 0),
            List.of(RandomBlocks.block(ROWS, 256, codeBytes, 0)),
            List.of());
    bytes = serializer.serialize(part);
  }

  @Benchmark
  @OperationsPerInvocation(ROWS)
  public byte[] serialize() {
    return serializer.serialize(part);
  }

  @Benchmark
  @OperationsPerInvocation(ROWS)
  public EncodedPart deserialize() throws IOException {
    return serializer.deserialize(serializer.version(), bytes);
  }
}
