package dev.freshet.operators.discover;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CheckpointGateTest {

  private final CheckpointGate gate = new CheckpointGate();

  @Test
  void isClosedUntilItsCheckpointIsOver() {
    assertThat(gate.isOpen()).isTrue();
    gate.close(7);
    assertThat(gate.isOpen()).isFalse();
    assertThat(gate.open(6)).as("an earlier checkpoint, heard of late").isFalse();
    assertThat(gate.isOpen()).isFalse();
    assertThat(gate.open(7)).isTrue();
    assertThat(gate.isOpen()).isTrue();
    assertThat(gate.open(8)).as("it is open already").isFalse();
  }

  @Test
  void opensForANewReader() {
    gate.close(7);
    gate.open();
    assertThat(gate.isOpen()).isTrue();
  }
}
