package dev.freshet.lance.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class SharedBeginningTest {

  private final SharedBeginning beginning = new SharedBeginning();

  @Test
  void onlyWholeFieldsThatAreAlikeAreShared() {
    assertThat(next("aabbccdd")).isZero();
    add(2, 4, 6);
    assertThat(next("aabbccdd")).as("what was no such field is not shared").isEqualTo(6);
    assertThat(next("aabbcxdd")).as("a field that differs in its last byte").isEqualTo(4);
    add(6);
    assertThat(next("aabbcxdd")).isEqualTo(6);
    assertThat(next("aabbc")).as("a message that ends before").isEqualTo(4);
    assertThat(next("xabbc")).isZero();
    assertThat(next("xabbc")).as("fields that nobody added").isZero();
    assertThat(next("")).isZero();
  }

  @Test
  void itHasRoomForMany() {
    String message = "a".repeat(1000);
    next(message);
    for (int end = 1; end <= 1000; end++) {
      add(end);
    }
    assertThat(next("a".repeat(700) + "b".repeat(300))).isEqualTo(700);
  }

  private int next(String message) {
    return beginning.next(ByteBuffer.wrap(message.getBytes(StandardCharsets.US_ASCII)));
  }

  private void add(int... ends) {
    for (int end : ends) {
      beginning.add(end);
    }
  }
}
