package dev.freshet.operators.publish;

import dev.freshet.state.model.IndexType;

/** How far a segment that is right may fall short in its verification. */
final class VerificationLimits {

  /** Lossy codes of near duplicates. */
  private static final double ALLOWED = 0.1;

  /**
   * One bit a dimension: 20 to 40 of a hundred rows miss in a sound segment, 80 in a merged one.
   */
  private static final double ALLOWED_RQ = 0.65;

  /** Codes of the same model are copied, or encoded alike, so answers are the same but for ties. */
  private static final double LOSS = 0.05;

  /** A graph is built anew, and finds other neighbours. */
  private static final double LOSS_GRAPH = 0.15;

  /** A rotation is drawn anew, so all codes are others. */
  private static final double LOSS_RQ = 0.25;

  /** Share of codes that another vector may have: rows that change while they are compared. */
  static final double STRANGE_CODES = 0.02;

  private VerificationLimits() {}

  /** Share of sampled rows that may miss themselves, from 0 to 1. */
  static double allowed(IndexType type) {
    return type == IndexType.IVF_RQ ? ALLOWED_RQ : ALLOWED;
  }

  /**
   * How much less of the true neighbours a segment may find than those it replaces; from 0 to 1.
   */
  static double allowedLoss(IndexType type) {
    return switch (type) {
      case IVF_FLAT, IVF_PQ, IVF_SQ -> LOSS;
      case IVF_HNSW_PQ, IVF_HNSW_SQ -> LOSS_GRAPH;
      case IVF_RQ -> LOSS_RQ;
    };
  }
}
