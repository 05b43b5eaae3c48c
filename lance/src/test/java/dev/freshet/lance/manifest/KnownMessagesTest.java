package dev.freshet.lance.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.vector.format.ProtoReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class KnownMessagesTest {

  private final List<Long> parsed = new ArrayList<>();
  private final KnownMessages messages = new KnownMessages(this::parse);

  @Test
  void aMessageIsParsedAgainOnlyIfItDiffers() throws IOException {
    see(1, 10);
    see(1, 10);
    see(2, 20);
    see(1, 10);
    assertThat(parsed).containsExactly(10L, 20L);
    see(1, 11);
    see(1, 11);
    see(2, 20);
    assertThat(parsed).as("one that begins alike and ends differently").endsWith(11L).hasSize(3);
    see(1, 10);
    assertThat(parsed).as("only the last of those is remembered").hasSize(4);
  }

  @Test
  void shortMessagesAreToldApart() throws IOException {
    messages.see(ByteBuffer.wrap(new byte[] {8, 1}));
    messages.see(ByteBuffer.wrap(new byte[] {8, 2}));
    messages.see(ByteBuffer.wrap(new byte[] {8, 2}));
    assertThat(parsed).containsExactly(1L, 2L);
  }

  @Test
  void whatCannotBeParsedIsNotKnown() {
    ByteBuffer malformed = ByteBuffer.wrap(new byte[] {8, -1});
    for (int attempt = 0; attempt < 2; attempt++) {
      assertThatThrownBy(() -> messages.see(malformed)).isInstanceOf(IOException.class);
    }
  }

  /** A message with a fixed number, by which it begins, and another behind that. */
  private void see(int first, int last) throws IOException {
    messages.see(
        ByteBuffer.wrap(new byte[] {9, (byte) first, 0, 0, 0, 0, 0, 0, 0, 8, (byte) last}));
  }

  private void parse(ProtoReader message) throws IOException {
    long last = 0;
    while (message.next()) {
      last = message.number();
    }
    parsed.add(last);
  }
}
