package dev.freshet.lance.dataset;

import dev.freshet.vector.format.ProtoReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The fragments of a version by their ids, in Lance's order, each with a digest of all that the
 * manifest's file says of it (FNV-1a of 64 bits): what has the same digest is the same.
 *
 * @param time when the version was committed, as the file has it
 */
record FragmentDigests(Optional<Instant> time, Map<Integer, Long> byId) {

  private static final Logger LOG = LoggerFactory.getLogger(FragmentDigests.class);
  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  /**
   * Those of a version; empty if the dataset is not on this machine's file system, where another
   * request might cost more than it saves, or the file cannot be read as is known here.
   */
  static Optional<FragmentDigests> of(DatasetLocation location, long version) {
    if (version < 0 || location.uri().contains("://")) {
      return Optional.empty();
    }
    try {
      LocalDatasetFiles files = new LocalDatasetFiles(Path.of(location.uri()));
      return Optional.of(parse(ManifestBytes.of(files, version).manifest()));
    } catch (IOException | RuntimeException e) {
      LOG.debug("Lance is asked for all fragments of version {} of {}", version, location, e);
      return Optional.empty();
    }
  }

  private static FragmentDigests parse(ProtoReader manifest) throws IOException {
    Map<Integer, Long> byId = new LinkedHashMap<>();
    Optional<Instant> time = Optional.empty();
    while (manifest.next()) {
      switch (manifest.field()) {
        case 2 -> {
          long digest = digest(manifest.payload());
          byId.put(id(manifest.message()), digest);
        }
        case 7 -> time = Optional.of(ManifestBytes.instant(manifest.message()));
        default -> {} // of no interest here
      }
    }
    return new FragmentDigests(time, byId);
  }

  private static long digest(ByteBuffer bytes) {
    long digest = FNV_OFFSET;
    for (int at = bytes.position(); at < bytes.limit(); at++) {
      digest = (digest ^ (bytes.get(at) & 0xff)) * FNV_PRIME;
    }
    return digest;
  }

  private static int id(ProtoReader fragment) throws IOException {
    long id = 0;
    while (fragment.next()) {
      if (fragment.field() == 1) {
        id = fragment.number();
      }
    }
    return Math.toIntExact(id);
  }
}
