package dev.freshet.lance.manifest;

import dev.freshet.lance.dataset.DatasetFiles;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.ManifestBytes;
import java.io.IOException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.lance.Branch;
import org.lance.Tag;

/** The versions of the main line, as the names of their manifests tell. */
public final class StoredVersions {

  private static final Pattern MANIFEST = Pattern.compile("(\\d{1,20})\\.manifest");

  /** Digits of a name that counts down, so that the newest version is listed first. */
  private static final int DESCENDING = 20;

  private StoredVersions() {}

  /** The manifest files, by version. */
  public static SortedMap<Long, DatasetFiles.Entry> list(DatasetFiles files) throws IOException {
    SortedMap<Long, DatasetFiles.Entry> versions = new TreeMap<>();
    for (DatasetFiles.Entry entry : files.list(ManifestBytes.DIRECTORY)) {
      number(entry.name()).ifPresent(version -> versions.put(version, entry));
    }
    return versions;
  }

  /** The version of the main line whose manifest has that file name, if it is one. */
  static Optional<Long> number(String manifest) {
    Matcher matcher = MANIFEST.matcher(manifest);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    String digits = matcher.group(1);
    return Optional.of(
        digits.length() == DESCENDING
            ? -1 - Long.parseUnsignedLong(digits)
            : Long.parseLong(digits));
  }

  /** Numbers that tags name, or that branches began at; of whatever line. */
  public static Set<Long> held(DatasetHandle handle) {
    Set<Long> held = new HashSet<>();
    handle.dataset().tags().list().stream().map(Tag::getVersion).forEach(held::add);
    handle.dataset().branches().list().stream().map(Branch::getParentVersion).forEach(held::add);
    return held;
  }
}
