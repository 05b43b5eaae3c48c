package dev.freshet.operators.quarantine;

import java.time.Instant;
import java.util.Objects;

/**
 * A fragment that is left out of the index.
 *
 * @param fingerprint of its content: what replaces it is tried anew
 * @param since when it was last set aside
 * @param reason one line
 */
public record DeadLetter(int fragment, long fingerprint, Instant since, String reason) {

  public DeadLetter {
    Objects.requireNonNull(since, "since");
    reason = reason.lines().findFirst().orElse("");
  }
}
