package dev.freshet.lance.commit;

import dev.freshet.lance.dataset.DatasetFiles;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.DetachedVersion;
import dev.freshet.lance.dataset.VectorColumn;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.lance.Dataset;
import org.lance.FragmentMetadata;
import org.lance.Transaction;
import org.lance.fragment.DataFile;
import org.lance.operation.Merge;
import org.lance.schema.LanceField;

/**
 * A detached version whose only column is one of vectors, under a name in lower case.
 *
 * <p>Where Lance trains on a nullable column, it asks for the rows that have a vector by a name
 * that it does not quote, so a column with a letter in upper case is not found. The fragments of
 * this version are the dataset's, with the same row ids, so a segment that is built here is one of
 * the dataset: its files do not name the column.
 */
final class RenamedColumn {

  static final String NAME = "freshet_vector";

  private RenamedColumn() {}

  /** Whether Lance does not find the column when it trains on it. */
  static boolean isNeeded(DatasetHandle handle, VectorColumn column) {
    return !column.name().equals(column.name().toLowerCase(Locale.ROOT))
        && field(handle, column).isNullable();
  }

  /** Commits the detached version; closing it removes it. */
  static DetachedVersion of(DatasetHandle handle, VectorColumn column, DatasetFiles files) {
    int field = nextField(handle.dataset());
    Field named = field(handle, column).asArrowField();
    Merge operation =
        Merge.builder()
            .fragments(
                handle.fragments().stream()
                    .map(fragment -> renumbered(fragment, column.field(), field))
                    .toList())
            .schema(new Schema(List.of(new Field(NAME, named.getFieldType(), named.getChildren()))))
            .build();
    try (Transaction transaction =
        new Transaction.Builder().readVersion(handle.version()).operation(operation).build()) {
      DetachedVersion renamed =
          SegmentPublisher.detached(
              handle, transaction, files, dataset -> new DatasetHandle(handle.location(), dataset));
      int given = renamed.handle().column(NAME).field();
      if (given != field) {
        throw new IllegalStateException(
            "Lance gave the renamed column '"
                + column.name()
                + "' of "
                + handle
                + " the id "
                + given
                + ", not "
                + field);
      }
      return renamed;
    }
  }

  private static LanceField field(DatasetHandle handle, VectorColumn column) {
    return handle.dataset().getLanceSchema().fields().stream()
        .filter(field -> field.getId() == column.field())
        .findFirst()
        .orElseThrow();
  }

  /** The id that Lance gives to the next column: one more than any in the schema or a file. */
  private static int nextField(Dataset dataset) {
    IntStream inSchema =
        dataset.getLanceSchema().fields().stream().flatMapToInt(RenamedColumn::ids);
    IntStream inFiles =
        dataset.getFragments().stream()
            .flatMap(fragment -> fragment.metadata().getFiles().stream())
            .flatMapToInt(file -> IntStream.of(file.getFields()));
    return 1 + IntStream.concat(inSchema, inFiles).max().orElseThrow();
  }

  private static IntStream ids(LanceField field) {
    return IntStream.concat(
        IntStream.of(field.getId()), field.getChildren().stream().flatMapToInt(RenamedColumn::ids));
  }

  private static FragmentMetadata renumbered(FragmentMetadata fragment, int from, int to) {
    Stream<DataFile> files =
        fragment.getFiles().stream()
            .map(
                file ->
                    new DataFile(
                        file.getPath(),
                        IntStream.of(file.getFields()).map(id -> id == from ? to : id).toArray(),
                        file.getColumnIndices(),
                        file.getFileMajorVersion(),
                        file.getFileMinorVersion(),
                        file.getFileSizeBytes(),
                        file.getBaseId().orElse(null)));
    return new FragmentMetadata(
        fragment.getId(),
        files.toList(),
        fragment.getPhysicalRows(),
        fragment.getDeletionFile(),
        fragment.getRowIdMeta(),
        fragment.getCreatedAtVersionMeta(),
        fragment.getLastUpdatedAtVersionMeta());
  }
}
