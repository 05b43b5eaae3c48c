package dev.freshet.job.retrain;

import dev.freshet.job.StartChecks;
import dev.freshet.job.report.IndexDescription;
import dev.freshet.job.report.IndexProgress;
import dev.freshet.lance.commit.IndexSwap;
import dev.freshet.lance.commit.SuccessorCheck;
import dev.freshet.lance.dataset.DatasetException;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.manifest.DatasetVersions;
import dev.freshet.lance.verify.SegmentEntries;
import dev.freshet.operators.options.StorageAccess;
import dev.freshet.operators.options.StreamOptions;
import dev.freshet.operators.storage.RequestCounter;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import org.apache.flink.configuration.Configuration;

/**
 * Trains a new model for a vector index on the rows there are, builds all segments by it beside the
 * index, and swaps. A round is a bounded job over what the successor does not cover yet; another
 * one follows while the index covers more than the successor, at most {@value #MAX_ROUNDS}.
 *
 * <p>If it fails the successor is removed again. If its process dies the successor stays beside the
 * index, and the next attempt begins by removing it.
 */
public final class Retraining {

  static final int MAX_ROUNDS = 20;

  private final String index;
  private final DatasetVersions versions;
  private final Configuration successor;
  private final StreamOptions options;
  private final IndexDescription former;
  private final IndexSwap swap;

  /** Runs a bounded job to its end. */
  @FunctionalInterface
  public interface BoundedJob {
    void run(Configuration stream) throws Exception;
  }

  /**
   * What was done.
   *
   * @param former id of the model that the index had
   * @param model id of the new one
   * @param withdrawn segments that went right after the swap, as their fragments were rewritten
   * @param now the index after the swap
   */
  public record Result(
      String former, String model, int partitions, int rounds, int withdrawn, IndexProgress now) {
    public Result {
      Objects.requireNonNull(former, "former");
      Objects.requireNonNull(model, "model");
      Objects.requireNonNull(now, "now");
    }
  }

  private Retraining(
      String index,
      DatasetVersions versions,
      Configuration successor,
      IndexDescription former,
      IndexSwap swap) {
    this.index = index;
    this.versions = versions;
    this.successor = successor;
    this.options = StreamOptions.from(successor);
    this.former = former;
    this.swap = swap;
  }

  /**
   * Prepares a new model for an index.
   *
   * @param base options of the dataset and of the jobs
   * @throws DatasetException in one line, if there is no such vector index
   * @throws IllegalArgumentException in one line, if there is no such model
   */
  public static Retraining of(
      Configuration base, String index, ModelChanges changes, DatasetVersions versions)
      throws IOException {
    try (DatasetHandle dataset = versions.latest()) {
      IndexDescription former =
          IndexDescription.of(
              dataset, index, StorageAccess.indexStorage(dataset.location(), RequestCounter.NONE));
      Configuration successor = changes.successor(base, former);
      StreamOptions options = StreamOptions.from(successor);
      IndexSwap swap =
          new IndexSwap(
              index,
              StorageAccess.datasetFiles(options.location(), RequestCounter.NONE),
              new SuccessorCheck(
                  new SegmentEntries(options.indexStorage(), options.vectors().type())));
      return new Retraining(index, versions, successor, former, swap);
    }
  }

  /** Options of the jobs; their index is the successor. */
  public Configuration successor() {
    return new Configuration(successor);
  }

  /**
   * Removes what an earlier attempt has left, and checks the options against the dataset.
   *
   * @return whether there was something to remove
   * @throws DatasetException in one line, if no model can be trained
   */
  public boolean prepare() throws IOException {
    boolean removed = swap.discard(versions);
    Optional<String> open = new StartChecks(options).checkSuccessor(versions);
    if (open.isPresent()) {
      throw new DatasetException(open.get());
    }
    return removed;
  }

  /**
   * Builds and swaps.
   *
   * @throws IOException if the index is always ahead of its successor, or storage fails
   */
  public Result run(BoundedJob job) throws Exception {
    try {
      return rounds(job);
    } catch (Exception e) {
      try {
        swap.discard(versions);
      } catch (IOException | RuntimeException left) {
        e.addSuppressed(left);
      }
      throw e;
    }
  }

  private Result rounds(BoundedJob job) throws Exception {
    String open = "";
    for (int round = 1; round <= MAX_ROUNDS; round++) {
      job.run(successor());
      IndexSwap.Outcome outcome = swap.swap(versions);
      if (outcome instanceof IndexSwap.Outcome.Swapped swapped) {
        return result(round, swapped.withdrawn().size());
      }
      open = ((IndexSwap.Outcome.NotReady) outcome).reason();
    }
    throw new IOException(
        "Index "
            + index
            + " keeps its model: after "
            + MAX_ROUNDS
            + " rounds the new one is still behind, "
            + open
            + "; stop the stream of the index for the time of a retrain, or let it publish less"
            + " often");
  }

  private Result result(int rounds, int withdrawn) throws IOException {
    try (DatasetHandle dataset = versions.latest()) {
      IndexDescription now = IndexDescription.of(dataset, index, options.indexStorage());
      return new Result(
          former.model().id(),
          now.model().id(),
          now.model().partitions(),
          rounds,
          withdrawn,
          IndexProgress.of(versions, index));
    }
  }
}
