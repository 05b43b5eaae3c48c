package dev.freshet.operators.publish;

import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.manifest.FieldFiles;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.ManifestVersion;
import java.util.Optional;

/**
 * Knows the fragments over which a segment of another writer may have the vectors of an earlier
 * version: Lance lets an index be committed over a column that was rewritten in place since its
 * author read it, and what is merged from it names a later version.
 *
 * <p>A fragment shows that its column was rewritten until it is compacted. So once one was seen in
 * a table, all that came since the program began are held to be such fragments, too.
 */
final class RewrittenColumns {

  private Optional<Coverage> first = Optional.empty();
  private boolean seen;

  /** Notes a version that the sink looks at. */
  void note(ManifestVersion manifest) {
    if (first.isEmpty()) {
      first = Optional.of(manifest.live());
    }
  }

  /**
   * The live fragments whose column may be younger than entries of other writers.
   *
   * @param dataset the version of the manifest
   * @param field id of the column
   */
  Coverage of(DatasetHandle dataset, ManifestVersion manifest, int field) {
    Coverage apart = FieldFiles.of(dataset).apart(field);
    seen |= !apart.isEmpty();
    return seen ? apart.union(manifest.live().minus(first.orElse(manifest.live()))) : apart;
  }
}
