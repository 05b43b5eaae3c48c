package dev.freshet.lance.manifest;

import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.state.model.IndexSpec;
import java.util.List;
import java.util.Optional;
import org.lance.index.Index;
import org.lance.schema.LanceField;

/**
 * An index that has the name of a stream's index and is another one: somebody has dropped that and
 * made this under its name, or the columns have changed their names. Lance takes all entries of a
 * name for one index, whatever they are over, so nothing may be added to it.
 */
public final class Namesake {

  private Namesake() {}

  /** What tells that the index of the wanted name is another one; empty if there is none. */
  public static Optional<String> difference(DatasetHandle handle, IndexSpec wanted) {
    int field = handle.field(wanted.column());
    return ManifestReader.segments(handle, wanted.name()).stream()
        .flatMap(entry -> difference(handle, entry, wanted, field).stream())
        .findFirst();
  }

  private static Optional<String> difference(
      DatasetHandle handle, Index entry, IndexSpec wanted, int field) {
    if (!IndexCatalog.isOfKind(entry, wanted.type())) {
      return Optional.of(
          "is no "
              + (wanted instanceof IndexSpec.Vector ? "vector" : wanted.type())
              + " index but a "
              + IndexCatalog.typeName(entry));
    }
    return entry.fields().equals(List.of(field))
        ? Optional.empty()
        : Optional.of("is over " + names(handle, entry) + ", not over column " + wanted.column());
  }

  private static String names(DatasetHandle handle, Index entry) {
    return handle.dataset().getLanceSchema().fields().stream()
        .filter(field -> entry.fields().contains(field.getId()))
        .map(LanceField::getName)
        .findFirst()
        .map(name -> "column " + name)
        .orElse("fields " + entry.fields());
  }
}
