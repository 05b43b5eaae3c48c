package dev.freshet.state.model;

import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/**
 * What a published segment's transaction says of its origin.
 *
 * @param job name of the job that publishes
 * @param segment uuid of the segment, chosen when it was planned
 */
public record CommitToken(String job, UUID segment) {

  public CommitToken {
    Objects.requireNonNull(job, "job");
    Objects.requireNonNull(segment, "segment");
  }

  /** The transaction properties that carry it. */
  public Map<String, String> properties() {
    return Map.of("freshet.job", job, "freshet.segment", segment.toString());
  }
}
