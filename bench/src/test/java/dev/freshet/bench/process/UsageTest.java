package dev.freshet.bench.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class UsageTest {

  @Test
  void readsUserAndSystemTimeBehindAnyName() {
    String stat = "7 (a b) c) S 1 7 7 0 -1 4194560 100 0 0 0 250 50 9 9 20 0 1 0 5 6 7";
    assertThat(Usage.cpuSeconds(stat, Usage.OWN)).isEqualTo(3.0);
    assertThat(Usage.cpuSeconds(stat, Usage.CHILDREN)).isEqualTo(0.18);
  }

  @Test
  void readsMemoryByItsName() {
    assertThat(Usage.mebibytes("VmPeak:\t 9 kB\nVmHWM:\t  2048 kB\nVmRSS:\t 1024 kB\n", "VmHWM"))
        .isEqualTo(2.0);
    assertThatThrownBy(() -> Usage.mebibytes("VmRSS: 1 kB", "VmHWM"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("No VmHWM in /proc/self/status");
  }

  @Test
  void measuresThisProcess() throws IOException {
    Usage usage = Usage.start();
    Measurement measured = usage.end(10);
    assertThat(measured.rows()).isEqualTo(10);
    assertThat(measured.peakRssMb()).isGreaterThan(1);
    assertThat(Usage.cpuSeconds()).isPositive();
    assertThat(Usage.rssMb()).isGreaterThan(1);
  }
}
