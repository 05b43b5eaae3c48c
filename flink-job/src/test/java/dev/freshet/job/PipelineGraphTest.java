package dev.freshet.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.job.EmbeddedJob.Settings;
import dev.freshet.operators.options.FreshetOptions;
import dev.freshet.operators.options.StreamOptions;
import java.util.Arrays;
import java.util.Collection;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PipelineGraphTest {

  @Test
  void everyOperatorHasItsUid() {
    Collection<StreamNode> nodes = graph(false).getStreamNodes();
    assertThat(nodes)
        .allSatisfy(
            node ->
                assertThat(node.getTransformationUID())
                    .as("uid of %s", node.getOperatorName())
                    .isNotBlank());
    assertThat(nodes).extracting(StreamNode::getTransformationUID).doesNotHaveDuplicates();
  }

  /** A savepoint finds its state by these names. */
  @Test
  void uidsAreKept() {
    assertThat(graph(false).getStreamNodes())
        .extracting(StreamNode::getTransformationUID)
        .contains(
            "discover-fragments",
            "train-model",
            "assign-vectors",
            "plan-segments",
            "build-segments",
            "compact-fragments")
        .anyMatch(uid -> uid.contains("publish-segments"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void noTypeFallsBackToKryo(boolean once) {
    StreamGraph graph = graph(once);
    assertThat(graph.getJobConfiguration().get(PipelineOptions.GENERIC_TYPES)).isFalse();
    assertThat(graph.getStreamNodes())
        .flatExtracting(PipelineGraphTest::serializers)
        .isNotEmpty()
        .noneMatch(serializer -> serializer.contains("Kryo"));
  }

  @Test
  void oneSubtaskDecidesAndOneCommits() {
    assertThat(graph(false).getStreamNodes())
        .filteredOn(
            node ->
                Stream.of("discover-fragments", "train-model", "plan-segments", "publish-segments")
                    .anyMatch(node.getTransformationUID()::contains))
        .hasSizeGreaterThanOrEqualTo(4)
        .extracting(StreamNode::getParallelism)
        .containsOnly(1);
  }

  @Test
  void keyGroupsNeverChange() {
    assertThat(IndexPipeline.KEY_GROUPS).isEqualTo(128);
    assertThat(graph(false).getJobConfiguration().get(PipelineOptions.MAX_PARALLELISM))
        .isEqualTo(128);
  }

  @Test
  void keyedStatesHaveTheirKeyGroupsInAnyEnvironment() {
    Configuration other = new Configuration();
    other.set(PipelineOptions.MAX_PARALLELISM, 720);
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(other);
    IndexPipeline.build(env, stream(false));
    assertThat(env.getStreamGraph().getStreamNodes())
        .filteredOn(
            node ->
                Stream.of(IndexPipeline.ASSIGN_VECTORS, IndexPipeline.PLAN_SEGMENTS)
                    .anyMatch(uid -> uid.equals(node.getTransformationUID())))
        .hasSize(2)
        .extracting(StreamNode::getMaxParallelism)
        .containsOnly(IndexPipeline.KEY_GROUPS);
  }

  @Test
  void wrongOptionsAreFoundBeforeAnythingRuns() {
    Configuration stream = stream(false);
    stream.set(FreshetOptions.INDEX_TYPE, "IVF_XY");
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    assertThatThrownBy(() -> IndexPipeline.build(env, stream))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("IVF_XY");
  }

  private static StreamGraph graph(boolean once) {
    Configuration stream = stream(once);
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(
            EmbeddedJob.cluster(
                StreamOptions.from(stream), new Settings(2, "file:///tmp", "hashmap", 0)));
    IndexPipeline.build(env, stream);
    return env.getStreamGraph();
  }

  private static Configuration stream(boolean once) {
    Configuration stream = new Configuration();
    stream.set(FreshetOptions.DATASET, "/no/such/dataset");
    stream.set(FreshetOptions.COLUMN, "vector");
    stream.set(FreshetOptions.ONCE, once);
    return stream;
  }

  private static Collection<String> serializers(StreamNode node) {
    return Stream.concat(
            Stream.of(node.getTypeSerializerOut()), Arrays.stream(node.getTypeSerializersIn()))
        .filter(serializer -> serializer != null)
        .map(serializer -> serializer.getClass().getName())
        .toList();
  }
}
