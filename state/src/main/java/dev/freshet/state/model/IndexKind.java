package dev.freshet.state.model;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** A type of index that Freshet keeps fresh, as far as planning and publishing need to know it. */
public sealed interface IndexKind permits IndexType, ScalarType {

  /** Who builds the segments of a type. */
  enum Builder {
    /** Assigned, encoded and written by Freshet; segments merge by concatenation. */
    FRESHET,
    /** Built by Lance over whole fragments; a larger segment is a rebuild, never a merge. */
    LANCE
  }

  /** Freshet's name of the type, for example {@code IVF_PQ}. */
  String name();

  Builder builder();

  /** Whether Lance carries a segment over to rewritten fragments without damage. */
  boolean survivesRemap();

  /** How often a segment that fails its verification is built again. */
  int rebuilds();

  /** What Lance gives to entries of the type in a manifest. */
  int indexVersion();

  /**
   * The type of that name, in any case.
   *
   * @throws IllegalArgumentException naming the choices, if there is none
   */
  static IndexKind parse(String name) {
    List<IndexKind> all =
        Stream.<IndexKind>concat(
                Arrays.stream(IndexType.values()), Arrays.stream(ScalarType.values()))
            .toList();
    return all.stream()
        .filter(kind -> kind.name().equalsIgnoreCase(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "Unknown index type '" + name + "': use one of " + all));
  }
}
