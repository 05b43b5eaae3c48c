package dev.freshet.operators.wire;

import dev.freshet.lance.TestCompactions;
import dev.freshet.lance.commit.CompactionResult;
import dev.freshet.lance.commit.CompactionResultSerializer;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class CompactionResultSerializerTest {

  private final SerializerContract<CompactionResult> contract =
      SerializerContract.of(
          "compaction-result-v1", new CompactionResultSerializer(), TestCompactions.RESULT);

  @Test
  void bytesAreGolden() throws IOException {
    contract.bytesAreGolden();
  }

  @Test
  void randomValuesComeBack() throws IOException {
    contract.randomValuesComeBack(TestCompactions::random);
  }

  @Test
  void wrongBytesAreRejected() {
    contract.wrongBytesAreRejected();
  }

  @Test
  void damagedBytesAreContained() {
    contract.damagedBytesAreContained();
  }
}
