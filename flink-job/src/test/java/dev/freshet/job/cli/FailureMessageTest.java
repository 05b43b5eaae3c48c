package dev.freshet.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.lance.dataset.DatasetException;
import java.io.IOException;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

class FailureMessageTest {

  @Test
  void wrongInputIsToldInFreshetsOwnWords() {
    assertThat(
            FailureMessage.of(
                new DatasetException("No Lance dataset at /t", new IOException("at builder.rs"))))
        .isEqualTo("No Lance dataset at /t");
    assertThat(
            FailureMessage.of(
                new IllegalArgumentException("Unknown type", new IllegalArgumentException("enum"))))
        .isEqualTo("Unknown type");
  }

  @Test
  void whatAJobFailedOfIsToldAtItsRoot() {
    assertThat(
            FailureMessage.of(
                new ExecutionException("job", new IllegalStateException(new IOException("why")))))
        .isEqualTo("why");
  }

  @Test
  void aMessageOfManyLinesIsCutToOne() {
    assertThat(FailureMessage.of(new IOException("first\nsecond"))).isEqualTo("first");
    assertThat(FailureMessage.of(new IOException())).isEqualTo("java.io.IOException");
    assertThat(FailureMessage.of(new IOException(""))).isEqualTo("java.io.IOException");
  }
}
