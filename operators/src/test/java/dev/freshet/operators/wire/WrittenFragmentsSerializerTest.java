package dev.freshet.operators.wire;

import dev.freshet.lance.TestCompactions;
import dev.freshet.lance.write.WrittenFragments;
import dev.freshet.lance.write.WrittenFragmentsSerializer;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class WrittenFragmentsSerializerTest {

  private final SerializerContract<WrittenFragments> contract =
      SerializerContract.of(
          "written-fragments-v1",
          new WrittenFragmentsSerializer(),
          new WrittenFragments(TestCompactions.RESULT.original()));

  @Test
  void bytesAreGolden() throws IOException {
    contract.bytesAreGolden();
  }

  @Test
  void randomValuesComeBack() throws IOException {
    contract.randomValuesComeBack(
        random -> new WrittenFragments(TestCompactions.random(random).original()));
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
