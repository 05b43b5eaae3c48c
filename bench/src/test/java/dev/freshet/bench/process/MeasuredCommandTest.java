package dev.freshet.bench.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MeasuredCommandTest {

  @TempDir Path directory;

  @Test
  void measuresTheProcessAndItsChildren() throws Exception {
    String busy = "sh -c 'i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done'; sleep 0.3";
    Measurement measured = MeasuredCommand.run(List.of("sh", "-c", busy), directory, 7);
    assertThat(measured.rows()).isEqualTo(7);
    assertThat(measured.cpuSeconds()).isPositive();
    assertThat(measured.seconds()).isGreaterThan(0.3);
    assertThat(measured.peakRssMb()).isPositive();
  }

  @Test
  void aCommandThatFailsIsAnError() {
    assertThatThrownBy(() -> MeasuredCommand.run(List.of("sh", "-c", "exit 3"), directory, 0))
        .isInstanceOf(IOException.class)
        .hasMessage("sh -c exit 3 failed with exit code 3");
  }
}
