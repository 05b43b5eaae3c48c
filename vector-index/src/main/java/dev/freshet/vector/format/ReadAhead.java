package dev.freshet.vector.format;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

/** Reads blocks of a file in a given order, each while the one before it is used. */
final class ReadAhead {
  private final LanceFile file;
  private final Iterator<Extent> blocks;
  private final Executor executor;
  private Optional<CompletableFuture<byte[]>> ahead = Optional.empty();

  /**
   * @param executor reads; may be the caller itself
   */
  ReadAhead(LanceFile file, Iterator<Extent> blocks, Executor executor) {
    this.file = file;
    this.blocks = blocks;
    this.executor = executor;
  }

  /** The next block; empty after the last. */
  Optional<byte[]> next() throws IOException {
    Optional<CompletableFuture<byte[]>> current = ahead.isPresent() ? ahead : begin();
    ahead = begin();
    try {
      return current.map(CompletableFuture::join);
    } catch (CompletionException e) {
      if (e.getCause() instanceof UncheckedIOException failure) {
        throw failure.getCause();
      }
      throw e;
    }
  }

  private Optional<CompletableFuture<byte[]>> begin() {
    if (!blocks.hasNext()) {
      return Optional.empty();
    }
    Extent block = blocks.next();
    return Optional.of(CompletableFuture.supplyAsync(() -> read(block), executor));
  }

  private byte[] read(Extent block) {
    try {
      return file.read(block.position(), (int) block.length());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
