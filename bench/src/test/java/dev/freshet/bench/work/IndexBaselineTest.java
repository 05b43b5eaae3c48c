package dev.freshet.bench.work;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class IndexBaselineTest {

  @Test
  void theModelsOfWrittenSegmentsAreNoCodes() {
    IndexBaseline before = new IndexBaseline(1, 1000, new IndexFiles(2, 900, 300), 24);
    assertThat(before.codesSince(new IndexFiles(5, 2000, 300))).isEqualTo(200);
    assertThat(before.bytesOf(10)).isEqualTo(240);
  }
}
