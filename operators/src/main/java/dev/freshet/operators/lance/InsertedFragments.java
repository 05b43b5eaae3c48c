package dev.freshet.operators.lance;

import dev.freshet.state.model.Fragment;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.lance.Transaction;
import org.lance.operation.Operation;
import org.lance.operation.Overwrite;
import org.lance.operation.Restore;
import org.lance.operation.Rewrite;

/**
 * Tells which fragments a version inserted, so that each row is seen once by who follows the
 * versions: what a compaction wrote again is none of them.
 */
public final class InsertedFragments {

  private InsertedFragments() {}

  /** The fragments of the version. */
  public static List<Fragment> all(DatasetHandle version) {
    return ManifestReader.fragments(version);
  }

  /**
   * The fragments that the version has and the one before it has not, unless its transaction only
   * rewrote rows. Those that an update or a merge wrote are among them: they hold the new rows.
   *
   * @param before ids of the fragments of the version before
   * @throws DatasetException if the version began the dataset anew
   */
  public static List<Fragment> of(DatasetHandle version, Set<Integer> before) {
    try (Transaction transaction = transaction(version)) {
      Operation operation = transaction.operation();
      if (operation instanceof Overwrite || operation instanceof Restore) {
        throw new DatasetException(
            "Version "
                + version.version()
                + " of "
                + version.location()
                + " is an "
                + operation.name()
                + ", behind which a stream of inserts cannot go on: start it anew");
      }
      return operation instanceof Rewrite
          ? List.of()
          : all(version).stream().filter(fragment -> !before.contains(fragment.id())).toList();
    } catch (RuntimeException e) {
      if (LanceErrors.isUnreadableRewrite(e)) {
        return List.of();
      }
      throw e;
    }
  }

  private static Transaction transaction(DatasetHandle version) {
    Optional<Transaction> transaction = version.dataset().readTransaction();
    return transaction.orElseThrow(
        () ->
            new DatasetException(
                "Version "
                    + version.version()
                    + " of "
                    + version.location()
                    + " does not say what it did: start the stream anew"));
  }
}
