package dev.freshet.operators.publish;

import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.manifest.FieldFiles;
import dev.freshet.lance.manifest.ManifestReader;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.ManifestVersion;
import java.util.Map;
import java.util.Objects;
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

  private Optional<ManifestVersion> first = Optional.empty();
  private Optional<ManifestVersion> last = Optional.empty();
  private boolean seen;

  /**
   * Looks at a version for rewritten columns; at a later one only at what has changed.
   *
   * @param dataset the version of the manifest
   * @param field id of the vector column
   */
  void look(DatasetHandle dataset, ManifestVersion manifest, int field) {
    if (!seen) {
      seen =
          last.map(before -> isRewritten(dataset, before, manifest))
              .orElseGet(() -> !FieldFiles.of(dataset).apart(field).isEmpty());
    }
    if (first.isEmpty()) {
      first = Optional.of(manifest);
    }
    last = Optional.of(manifest);
  }

  private static boolean isRewritten(
      DatasetHandle dataset, ManifestVersion before, ManifestVersion now) {
    if (before.version() == now.version()) {
      return false;
    }
    Map<Integer, Long> known = before.fingerprints();
    return now.fragments().stream()
        .anyMatch(
            fragment ->
                known.containsKey(fragment.id())
                    ? !Objects.equals(known.get(fragment.id()), fragment.fingerprint())
                    : ManifestReader.isDivided(dataset, fragment.id()));
  }

  /**
   * The live fragments whose column may be younger than entries of other writers.
   *
   * @param dataset the version of the manifest
   * @param field id of the vector column
   */
  Coverage of(DatasetHandle dataset, ManifestVersion manifest, int field) {
    look(dataset, manifest, field);
    if (!seen) {
      return Coverage.empty();
    }
    Coverage came = manifest.live().minus(first.map(ManifestVersion::live).orElseThrow());
    return FieldFiles.of(dataset).apart(field).union(came);
  }
}
