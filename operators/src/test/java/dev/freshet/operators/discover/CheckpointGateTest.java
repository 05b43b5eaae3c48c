package dev.freshet.operators.discover;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CheckpointGateTest {

  private final CheckpointGate gate = new CheckpointGate();

  @Test
  void isClosedUntilItsCheckpointIsOver() {
    assertThat(gate.isOpen(0)).isTrue();
    gate.begin(7);
    gate.resumed(0, new ReaderResumed(7));
    assertThat(gate.isOpen(0)).isFalse();
    gate.complete(6);
    assertThat(gate.isOpen(0)).as("an earlier checkpoint, heard of late").isFalse();
    gate.complete(7);
    assertThat(gate.isOpen(0)).isTrue();
  }

  @Test
  void staysClosedToAReaderThatDoesNotGoOn() {
    gate.begin(7);
    gate.resumed(0, new ReaderResumed(7));
    gate.complete(7);
    assertThat(gate.isOpen(1)).as("stopped by the checkpoint").isFalse();
    gate.resumed(1, new ReaderResumed(6));
    assertThat(gate.isOpen(1)).as("it went on behind an earlier one").isFalse();
    gate.resumed(1, new ReaderResumed(7));
    assertThat(gate.isOpen(1)).isTrue();
    assertThat(gate.isOpen(0)).isTrue();
  }

  @Test
  void opensWhenItsCheckpointIsGivenUp() {
    gate.begin(7);
    gate.abort(7);
    assertThat(gate.isOpen(0)).as("nobody took a snapshot").isTrue();
  }

  @Test
  void opensForANewReader() {
    gate.begin(6);
    gate.complete(6);
    gate.begin(7);
    gate.renewed(0);
    assertThat(gate.isOpen(0)).isTrue();
    assertThat(gate.isOpen(1)).as("the other has not gone on").isFalse();
  }
}
