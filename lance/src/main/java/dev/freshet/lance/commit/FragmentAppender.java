package dev.freshet.lance.commit;

import dev.freshet.lance.dataset.DatasetFiles;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.manifest.FieldFiles;
import dev.freshet.lance.write.WrittenFragments;
import dev.freshet.state.model.CommitOutcome;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.lance.Transaction;
import org.lance.operation.Append;
import org.lance.operation.Operation;
import org.lance.operation.ReserveFragments;

/** Commits written fragments: all in one version, behind the rows that are there. */
public final class FragmentAppender {

  private FragmentAppender() {}

  /**
   * Adds the fragments, of which there may be none: then the version has the properties only.
   *
   * @param files the files of the same dataset
   * @param properties what the transaction tells of its origin
   * @throws UnkeepableIndexException if an index of the dataset would not survive the commit
   * @throws DroppedColumnException if a column of the fragments was dropped since they were written
   */
  public static CommitOutcome append(
      DatasetHandle handle,
      DatasetFiles files,
      WrittenFragments fragments,
      Map<String, String> properties) {
    requireColumns(handle, fragments);
    Operation operation =
        fragments.isEmpty() ? nothing() : Append.builder().fragments(fragments.metadata()).build();
    try (Transaction transaction =
        new Transaction.Builder()
            .readVersion(handle.version())
            .operation(operation)
            .transactionProperties(properties)
            .build()) {
      return CheckedCommit.execute(handle, files, transaction, Set.of());
    }
  }

  /**
   * Refuses fragments with a field that the dataset has no more: Lance commits them, and the values
   * are lost, as a column that is added under the same name is another field.
   */
  static void requireColumns(DatasetHandle handle, WrittenFragments fragments) {
    Set<Integer> dropped = new TreeSet<>();
    fragments.metadata().stream()
        .flatMap(fragment -> fragment.getFiles().stream())
        .forEach(file -> Arrays.stream(file.getFields()).forEach(dropped::add));
    Set<Integer> present = new HashSet<>();
    FieldFiles.addIds(handle.dataset().getLanceSchema().fields(), present);
    dropped.removeAll(present);
    if (!dropped.isEmpty()) {
      throw new DroppedColumnException(
          "Rows were written to "
              + handle.location()
              + " for fields "
              + dropped
              + ", which were dropped from it since: write them again to the columns that it has");
    }
  }

  /** Changes nothing and conflicts with nothing; Lance has no append of no fragment. */
  private static Operation nothing() {
    return ReserveFragments.builder().numFragments(0).build();
  }

  /** Whether a live fragment has a file of one of these, so that they are committed already. */
  public static boolean contains(DatasetHandle handle, WrittenFragments fragments) {
    Set<String> files = fragments.files().collect(Collectors.toSet());
    return handle.fragments().stream()
        .flatMap(fragment -> new WrittenFragments(List.of(fragment)).files())
        .anyMatch(files::contains);
  }
}
