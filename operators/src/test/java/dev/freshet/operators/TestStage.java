package dev.freshet.operators;

import dev.freshet.operators.wire.WireKind;
import dev.freshet.operators.wire.WireTypeInfo;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.util.OutputTag;

/** A stage in Flink's test harness, with the stream's serializers, opened. */
public final class TestStage<I, O> implements AutoCloseable {

  private static final int KEY_GROUPS = 128;

  private final OneInputStreamOperatorTestHarness<I, O> harness;

  private TestStage(
      OneInputStreamOperatorTestHarness<I, O> harness,
      WireKind kind,
      Class<O> output,
      OperatorSubtaskState... snapshot)
      throws Exception {
    this.harness = harness;
    harness.setup(WireTypeInfo.of(kind, output).createSerializer(new SerializerConfigImpl()));
    if (snapshot.length > 0) {
      harness.initializeState(snapshot[0]);
    }
    harness.open();
  }

  /** A keyed stage; from a snapshot, if one is given. */
  public static <I, O> TestStage<I, O> keyed(
      KeyedProcessFunction<String, I, O> function,
      KeySelector<I, String> key,
      WireKind kind,
      Class<O> output,
      OperatorSubtaskState... snapshot)
      throws Exception {
    return new TestStage<>(
        new KeyedOneInputStreamOperatorTestHarness<>(
            new KeyedProcessOperator<>(function), key, Types.STRING, KEY_GROUPS, 1, 0),
        kind,
        output,
        snapshot);
  }

  /** A stage without keys; from a snapshot, if one is given. */
  public static <I, O> TestStage<I, O> plain(
      ProcessFunction<I, O> function,
      WireKind kind,
      Class<O> output,
      OperatorSubtaskState... snapshot)
      throws Exception {
    return new TestStage<>(
        new OneInputStreamOperatorTestHarness<>(new ProcessOperator<>(function), KEY_GROUPS, 1, 0),
        kind,
        output,
        snapshot);
  }

  public void process(I record) throws Exception {
    harness.processElement(record, 0);
  }

  /** Everything it has emitted. */
  public List<O> output() {
    return harness.extractOutputValues();
  }

  public <T> List<T> sideOutput(OutputTag<T> tag) {
    List<T> values = new ArrayList<>();
    if (harness.getSideOutput(tag) != null) {
      harness.getSideOutput(tag).stream().map(StreamRecord::getValue).forEach(values::add);
    }
    return values;
  }

  public void setProcessingTime(long millis) throws Exception {
    harness.setProcessingTime(millis);
  }

  /** What Flink sends when a bounded input ends. */
  public void endInput() throws Exception {
    harness.processWatermark(Watermark.MAX_WATERMARK);
    harness.endInput();
  }

  public OperatorSubtaskState snapshot() throws Exception {
    return harness.snapshot(1, 1);
  }

  public int keyedStateEntries() {
    return ((KeyedOneInputStreamOperatorTestHarness<?, I, O>) harness).numKeyedStateEntries();
  }

  @Override
  public void close() throws IOException {
    try {
      harness.close();
    } catch (Exception e) {
      throw new IOException("Could not close the stage", e);
    }
  }
}
