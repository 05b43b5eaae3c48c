package dev.freshet.operators.quarantine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.lance.dataset.LocalDatasetFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AttemptsTest {

  private static final String INDEX = "my index/1";

  @TempDir Path dataset;

  @Test
  void aSessionThatEndsLeavesNothing() throws IOException {
    try (Attempts attempts = open("assign-0")) {
      assertThat(attempts.cautious()).isFalse();
      assertThat(files()).as("one for the session").hasSize(1);
    }
    assertThat(files()).isEmpty();
    try (Attempts attempts = open("assign-0")) {
      assertThat(attempts.cautious()).isFalse();
    }
  }

  @Test
  void whoeverDiedIsCautious() throws IOException {
    open("assign-0"); // and never closed
    try (Attempts other = open("assign-1")) {
      assertThat(other.cautious()).isFalse();
    }
    try (Attempts attempts = open("assign-0")) {
      assertThat(attempts.cautious()).isTrue();
    }
    try (Attempts attempts = open("assign-0")) {
      assertThat(attempts.cautious()).as("after a session that ended").isFalse();
    }
  }

  @Test
  void attemptsThatNeverEndAreCounted() throws IOException {
    open("assign-0");
    for (int deaths = 0; deaths < 4; deaths++) {
      Attempts attempts = open("assign-0");
      assertThat(attempts.cautious()).isTrue();
      assertThat(attempts.earlier("range-1")).isEqualTo(deaths);
      attempts.begin("range-2");
      attempts.end("range-2");
      attempts.begin("range-1");
    }
    try (Attempts attempts = open("assign-1")) {
      assertThat(attempts.cautious()).as("a deadly range is known to all").isTrue();
      assertThat(attempts.earlier("range-1")).isEqualTo(4);
      assertThat(attempts.earlier("range-2")).isZero();
      attempts.end("range-1");
      assertThat(attempts.earlier("range-1")).isZero();
    }
    assertThat(files()).as("the session that died").containsExactly("session-assign-0.1");
  }

  /** As it fails the TaskManager if a task that has failed cannot be closed. */
  @Test
  void closesThoughStorageRefuses() throws IOException {
    MortalFiles files = new MortalFiles(new LocalDatasetFiles(dataset));
    try (Attempts attempts = Attempts.open(files, INDEX, "assign-0")) {
      files.refuse();
      assertThat(attempts.cautious()).isFalse();
    }
    try (Attempts attempts = open("assign-0")) {
      assertThat(attempts.cautious()).isTrue();
    }
    assertThat(files()).isEmpty();
  }

  @Test
  void deadLettersComeBack() throws IOException {
    DeadLetters letters = new DeadLetters(new LocalDatasetFiles(dataset), INDEX);
    assertThat(letters.list()).isEmpty();
    DeadLetter letter =
        new DeadLetter(7, -2, Instant.parse("2026-01-02T03:04:05Z"), "it is broken\nin two lines");
    letters.put(letter);
    letters.put(letter);
    new LocalDatasetFiles(dataset)
        .write(QuarantineFiles.deadLetters(INDEX) + "/notes.txt", new byte[] {1});
    assertThat(letters.list()).containsExactly(letter);
    assertThat(letters.list().get(0).reason()).isEqualTo("it is broken");
  }

  private Attempts open(String owner) throws IOException {
    return Attempts.open(new LocalDatasetFiles(dataset), INDEX, owner);
  }

  private java.util.List<String> files() throws IOException {
    return new LocalDatasetFiles(dataset)
        .list(QuarantineFiles.attempts(INDEX)).stream().map(entry -> entry.name()).toList();
  }
}
