package dev.freshet.operators.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.lance.TestCompactions;
import dev.freshet.operators.TestOptions;
import dev.freshet.operators.wire.Publication;
import org.apache.flink.api.connector.sink2.CommittingSinkWriter;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.junit.jupiter.api.Test;

class PublishSegmentsTest {

  private static final Publication PUBLICATION = new Publication.Compaction(TestCompactions.RESULT);

  private final PublishSegments sink = new PublishSegments(TestOptions.config("/no/such/dataset"));

  @Test
  @SuppressWarnings({"unchecked", "try"}) // its second interface; close() may be interrupted
  void eachCheckpointCommitsWhatCameBeforeIt() throws Exception {
    try (SinkWriter<Publication> writer = sink.createWriter(null)) {
      CommittingSinkWriter<Publication, Publication> committing =
          (CommittingSinkWriter<Publication, Publication>) writer;
      writer.write(PUBLICATION, null);
      writer.flush(false);
      assertThat(committing.prepareCommit()).containsExactly(PUBLICATION);
      assertThat(committing.prepareCommit()).as("once").isEmpty();
      writer.write(PUBLICATION, null);
      writer.flush(true);
      assertThat(committing.prepareCommit()).hasSize(1);
    }
  }

  @Test
  void committablesSurviveARestore() throws Exception {
    SimpleVersionedSerializer<Publication> serializer = sink.getCommittableSerializer();
    assertThat(serializer.getVersion()).isEqualTo(1);
    assertThat(serializer.deserialize(1, serializer.serialize(PUBLICATION)))
        .usingRecursiveComparison()
        .isEqualTo(PUBLICATION);
  }
}
