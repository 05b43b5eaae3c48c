package dev.freshet.lance.dataset;

import java.util.HashMap;
import java.util.Map;
import org.lance.Session;

/**
 * A Lance session that all users of a dataset in this process share, so that its caches and its
 * open files are bounded for all of them together.
 *
 * <p>The caches hold {@value #INDEX_CACHE_BYTES} bytes of indexes and {@value
 * #METADATA_CACHE_BYTES} of metadata at most. Each index file that was read lately stays open as
 * long as its metadata is cached, and each segment has two. They take 13 KB at least: so about
 * 1,300 files.
 *
 * <p>With stable row ids no metadata is cached: Lance 7.0.0 keeps the ids of a fragment by its
 * number alone, and an overwrite gives the same numbers to other fragments, whose rows would then
 * be read under the ids of the old ones.
 *
 * <p>Lance 7.0.0 never closes what is still cached when a session is closed. So a session must be
 * shared, and closed seldom: when nobody uses its dataset any more. It is not kept longer, because
 * another table may be made at the same place, of which the caches would tell wrongly.
 */
final class SharedSession {

  static final long INDEX_CACHE_BYTES = 256L << 20;
  static final long METADATA_CACHE_BYTES = 8L << 20;

  /** The only static state: stages of one slot have nothing else in common. */
  private static final Map<Key, SharedSession> OPEN = new HashMap<>();

  private record Key(DatasetLocation location, boolean stableRowIds) {}

  private final Key key;
  private final Session session;
  private final KnownFragments fragments;
  private final KnownIndexes indexes = new KnownIndexes();
  private int users;

  private SharedSession(Key key) {
    this.key = key;
    this.fragments = new KnownFragments(key.location());
    this.session =
        Session.builder()
            .indexCacheSizeBytes(INDEX_CACHE_BYTES)
            .metadataCacheSizeBytes(key.stableRowIds() ? 0 : METADATA_CACHE_BYTES)
            .build();
  }

  /** The session of a dataset for one more user, who releases it. */
  static SharedSession acquire(DatasetLocation location, boolean stableRowIds) {
    synchronized (OPEN) {
      SharedSession shared =
          OPEN.computeIfAbsent(new Key(location, stableRowIds), SharedSession::new);
      shared.users++;
      return shared;
    }
  }

  /** Whether it may be used for a dataset. */
  boolean serves(boolean stableRowIds) {
    return key.stableRowIds() || !stableRowIds;
  }

  Session session() {
    return session;
  }

  KnownFragments fragments() {
    return fragments;
  }

  KnownIndexes indexes() {
    return indexes;
  }

  /** Closes the session after its last user. */
  void release() {
    synchronized (OPEN) {
      users--;
      if (users == 0) {
        OPEN.remove(key, this);
        session.close();
      }
    }
  }

  /** Has the next user of a dataset begin with empty caches, as it was removed. */
  static void forget(DatasetLocation location) {
    synchronized (OPEN) {
      OPEN.remove(new Key(location, false));
      OPEN.remove(new Key(location, true));
    }
  }
}
