package dev.freshet.lance.manifest;

import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.state.model.Coverage;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.lance.FragmentMetadata;
import org.lance.fragment.DataFile;
import org.lance.schema.LanceField;

/**
 * Which data file holds each field of each fragment of a version, from the manifest alone. A file
 * is never written again, so a field whose file is another one has been rewritten in place. A field
 * that has others inside, such as a list, is where those are: files of format 2.1 name only them.
 */
public final class FieldFiles {

  private final Set<Integer> fields;
  private final Map<Integer, Map<Integer, String>> fragments;
  private final Map<Integer, String> first;

  private FieldFiles(
      Set<Integer> fields,
      Map<Integer, Map<Integer, String>> fragments,
      Map<Integer, String> first) {
    this.fields = fields;
    this.fragments = fragments;
    this.first = first;
  }

  public static FieldFiles of(DatasetHandle version) {
    return of(version, version.fragments());
  }

  /** Of some fragments alone. */
  public static FieldFiles of(DatasetHandle version, Coverage some) {
    return of(version, version.fragments(some));
  }

  private static FieldFiles of(DatasetHandle version, List<FragmentMetadata> of) {
    List<LanceField> schema = version.dataset().getLanceSchema().fields();
    Set<Integer> fields = new HashSet<>();
    addIds(schema, fields);
    Map<Integer, Map<Integer, String>> fragments = new HashMap<>();
    Map<Integer, String> first = new HashMap<>();
    for (FragmentMetadata fragment : of) {
      List<DataFile> files = fragment.getFiles();
      Map<Integer, String> byField = byField(files);
      schema.forEach(field -> addOuter(field, byField));
      fragments.put(fragment.getId(), byField);
      files.stream().findFirst().ifPresent(file -> first.put(fragment.getId(), name(file)));
    }
    return new FieldFiles(fields, fragments, first);
  }

  public static void addIds(List<LanceField> fields, Set<Integer> to) {
    for (LanceField field : fields) {
      to.add(field.getId());
      addIds(field.getChildren(), to);
    }
  }

  private static Map<Integer, String> byField(List<DataFile> files) {
    Map<Integer, String> byField = new HashMap<>();
    for (DataFile file : files) {
      for (int field : file.getFields()) {
        byField.put(field, name(file));
      }
    }
    return byField;
  }

  /** One file, or several if what is inside is spread over them; none if nothing is there. */
  private static void addOuter(LanceField field, Map<Integer, String> byField) {
    field.getChildren().forEach(child -> addOuter(child, byField));
    String inside =
        field.getChildren().stream()
            .map(child -> byField.get(child.getId()))
            .filter(Objects::nonNull)
            .distinct()
            .collect(Collectors.joining(","));
    if (!inside.isEmpty()) {
      byField.putIfAbsent(field.getId(), inside);
    }
  }

  private static String name(DataFile file) {
    return file.getBaseId().map(base -> base + ":").orElse("") + file.getPath();
  }

  /**
   * The fragments that hold a field in another file than their first: it was rewritten in place, or
   * came later than the other columns.
   */
  public Coverage apart(int field) {
    return Coverage.of(
        fragments.entrySet().stream()
            .filter(one -> !Objects.equals(one.getValue().get(field), first.get(one.getKey())))
            .mapToInt(Map.Entry::getKey));
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
