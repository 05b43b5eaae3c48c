package dev.freshet.lance.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class ParallelTest {

  /** Each waits for the others. */
  @Test
  void partsRunAtOnce() throws IOException {
    CyclicBarrier together = new CyclicBarrier(3);
    Parallel.Part part =
        () -> {
          try {
            together.await();
          } catch (BrokenBarrierException | InterruptedException e) {
            throw new IOException(e);
          }
        };
    Parallel.run(Collections.nCopies(3, part));
    assertThat(together.isBroken()).isFalse();
  }

  @Test
  void aFailureComesWhenAllPartsHaveEnded() {
    AtomicBoolean ended = new AtomicBoolean();
    List<Parallel.Part> parts =
        List.of(
            () -> {
              throw new IOException("broken");
            },
            () -> ended.set(true));
    assertThatThrownBy(() -> Parallel.run(parts))
        .isInstanceOf(IOException.class)
        .hasMessage("broken");
    assertThat(ended).isTrue();
  }

  @Test
  void waitsInSpiteOfAnInterruption() throws IOException {
    AtomicBoolean ended = new AtomicBoolean();
    Thread.currentThread().interrupt();
    Parallel.run(Collections.nCopies(2, () -> ended.set(true)));
    assertThat(ended).isTrue();
    assertThat(Thread.interrupted()).isTrue();
  }
}
