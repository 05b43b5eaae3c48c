package dev.freshet.state.model;

import java.util.Arrays;
import java.util.Locale;

/**
 * The vector index types of Lance that Freshet keeps fresh. Whatever is known of a type stands
 * here: how it codes vectors, whether it has a graph, and its traits.
 */
public enum IndexType implements IndexKind {
  IVF_FLAT(Coding.FLAT, Graph.NONE, Traits.COPIED),
  IVF_PQ(Coding.PRODUCT, Graph.NONE, Traits.COPIED),
  IVF_SQ(Coding.SCALAR, Graph.NONE, Traits.COPIED),
  IVF_HNSW_PQ(Coding.PRODUCT, Graph.HNSW, Traits.LINKED),
  IVF_HNSW_SQ(Coding.SCALAR, Graph.HNSW, Traits.LINKED),
  IVF_RQ(Coding.BIT, Graph.NONE, Traits.ROTATED);

  /** What a segment holds of a vector. */
  public enum Coding {
    /** Its values. */
    FLAT,
    /** A byte a dimension. */
    SCALAR,
    /** A code of each of its sub-vectors. */
    PRODUCT,
    /** A bit a dimension, after a rotation. */
    BIT
  }

  /** What of a quantizer Freshet trains, so that a model holds it. */
  public enum Training {
    NONE,
    /** The least and the greatest value of a dimension. */
    BOUNDS,
    /** A codebook for each sub-vector. */
    CODEBOOK,
    /** None: Lance draws or measures what it needs for each segment that it builds. */
    LEFT_TO_LANCE
  }

  /** How the entries of a partition are searched. */
  public enum Graph {
    /** One after the other. */
    NONE,
    /** Along a hierarchy of near neighbours. */
    HNSW
  }

  /**
   * How segments of a type are built and what may be asked of them. Limits are shares from 0 to 1,
   * measured with sound segments.
   *
   * @param survivesRemap whether Lance carries a segment over to rewritten fragments without damage
   * @param allowedMisses of sampled rows, those that may not find themselves
   * @param allowedLoss how much less of the true neighbours a segment may find than those that it
   *     replaces
   * @param searchedShare of the compared rows, those among which a row must be
   * @param rebuilds how often a segment that fails its verification is built again: Lance draws
   *     graphs and rotations anew each time, and among many equal vectors some are unlucky
   * @param indexVersion which Lance gives to entries of the type in a manifest
   */
  public record Traits(
      Builder builder,
      boolean survivesRemap,
      double allowedMisses,
      double allowedLoss,
      double searchedShare,
      int rebuilds,
      int indexVersion) {

    /**
     * Codes of the same model are copied, or encoded alike, so answers are the same but for ties;
     * lossy codes of near duplicates miss.
     */
    static final Traits COPIED = new Traits(Builder.FRESHET, true, 0.1, 0.05, 0.05, 1, 1);

    /** A graph is built anew, and finds other neighbours. */
    static final Traits LINKED = new Traits(Builder.LANCE, true, 0.1, 0.15, 0.05, 3, 1);

    /**
     * A rotation is drawn anew, so all codes are others. With one bit a dimension 20 to 40 of a
     * hundred rows miss themselves in a sound segment, and 80 in a merged one.
     */
    static final Traits ROTATED = new Traits(Builder.LANCE, false, 0.65, 0.25, 0.2, 3, 2);
  }

  private final Coding coding;
  private final Graph graph;
  private final Traits traits;

  IndexType(Coding coding, Graph graph, Traits traits) {
    this.coding = coding;
    this.graph = graph;
    this.traits = traits;
  }

  public Coding coding() {
    return coding;
  }

  public Graph graph() {
    return graph;
  }

  public Traits traits() {
    return traits;
  }

  @Override
  public Builder builder() {
    return traits.builder();
  }

  @Override
  public boolean survivesRemap() {
    return traits.survivesRemap();
  }

  @Override
  public int rebuilds() {
    return traits.rebuilds();
  }

  @Override
  public int indexVersion() {
    return traits.indexVersion();
  }

  /** What Freshet trains for a model of the type, besides the centroids. */
  public Training training() {
    boolean ours = builder() == Builder.FRESHET;
    return switch (coding) {
      case FLAT -> ours ? Training.NONE : Training.LEFT_TO_LANCE;
      case SCALAR -> ours ? Training.BOUNDS : Training.LEFT_TO_LANCE;
      case PRODUCT -> Training.CODEBOOK; // Lance takes it, too
      case BIT -> Training.LEFT_TO_LANCE;
    };
  }

  /** Whether Lance answers by such codes under a metric: it compares scalar ones wrongly by dot. */
  public boolean answers(Metric metric) {
    return switch (coding) {
      case FLAT, PRODUCT, BIT -> true;
      case SCALAR -> metric != Metric.DOT;
    };
  }

  /** Whether sub-vectors must be chosen. */
  public boolean hasSubVectors() {
    return switch (coding) {
      case PRODUCT -> true;
      case FLAT, SCALAR, BIT -> false;
    };
  }

  /**
   * The type of that name, in any case.
   *
   * @throws IllegalArgumentException naming the choices, if there is none
   */
  public static IndexType parse(String name) {
    try {
      return valueOf(name.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "Unknown index type '" + name + "': use one of " + Arrays.toString(values()), e);
    }
  }
}
