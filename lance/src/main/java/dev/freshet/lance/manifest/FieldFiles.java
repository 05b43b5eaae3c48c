package dev.freshet.lance.manifest;

import dev.freshet.lance.dataset.DatasetHandle;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.lance.Fragment;
import org.lance.fragment.DataFile;
import org.lance.schema.LanceField;

/**
 * Which data file holds each field of each fragment of a version, from the manifest alone. A file
 * is never written again, so a field whose file is another one has been rewritten in place.
 */
public final class FieldFiles {

  private final Set<Integer> fields;
  private final Map<Integer, Map<Integer, String>> fragments;

  private FieldFiles(Set<Integer> fields, Map<Integer, Map<Integer, String>> fragments) {
    this.fields = fields;
    this.fragments = fragments;
  }

  public static FieldFiles of(DatasetHandle version) {
    Set<Integer> fields = new HashSet<>();
    addIds(version.dataset().getLanceSchema().fields(), fields);
    Map<Integer, Map<Integer, String>> fragments = new HashMap<>();
    for (Fragment fragment : version.dataset().getFragments()) {
      fragments.put(fragment.getId(), files(fragment));
    }
    return new FieldFiles(fields, fragments);
  }

  public static void addIds(List<LanceField> fields, Set<Integer> to) {
    for (LanceField field : fields) {
      to.add(field.getId());
      addIds(field.getChildren(), to);
    }
  }

  private static Map<Integer, String> files(Fragment fragment) {
    Map<Integer, String> files = new HashMap<>();
    for (DataFile file : fragment.metadata().getFiles()) {
      for (int field : file.getFields()) {
        files.put(field, file.getBaseId().map(base -> base + ":").orElse("") + file.getPath());
      }
    }
    return files;
  }

  /** Ids of the fragments. */
  public Set<Integer> fragments() {
    return Set.copyOf(fragments.keySet());
  }

  /**
   * The fragments that a later version has too, but not with the same values in every column that
   * this one has. A column that was added since is none of them, one without values here is.
   */
  public List<Integer> rewrittenIn(FieldFiles later) {
    return later.fragments.keySet().stream()
        .filter(fragments::containsKey)
        .filter(fragment -> !fieldsRewrittenIn(later, fragment).isEmpty())
        .sorted()
        .toList();
  }

  /** Ids of the fields of a fragment that a later version has in other files. */
  public Set<Integer> fieldsRewrittenIn(FieldFiles later, int fragment) {
    Map<Integer, String> before = fragments.get(fragment);
    Map<Integer, String> after = later.fragments.get(fragment);
    Set<Integer> rewritten = new HashSet<>(fields);
    rewritten.retainAll(later.fields);
    rewritten.removeIf(field -> Objects.equals(before.get(field), after.get(field)));
    return rewritten;
  }
}
