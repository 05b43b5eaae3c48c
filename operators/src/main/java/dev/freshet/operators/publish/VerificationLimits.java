package dev.freshet.operators.publish;

import dev.freshet.state.model.IndexType;

/** Shares of sampled rows that may miss themselves in a segment that is right. */
final class VerificationLimits {

  /** Lossy codes of near duplicates. */
  private static final double ALLOWED = 0.1;

  /**
   * One bit a dimension: 20 to 40 of a hundred rows miss in a sound segment, 80 in a merged one.
   */
  private static final double ALLOWED_RQ = 0.65;

  private VerificationLimits() {}

  /** From 0 to 1. */
  static double allowed(IndexType type) {
    return type == IndexType.IVF_RQ ? ALLOWED_RQ : ALLOWED;
  }
}
