package dev.freshet.job.oracle;

import dev.freshet.job.writer.LanceTable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.lance.Dataset;
import org.lance.Fragment;
import org.lance.file.LanceFileReader;
import org.lance.index.Index;
import org.lance.ipc.LanceScanner;
import org.lance.ipc.ScanOptions;

/** One version of a table on the local disk, and one of its indexes. */
public final class StoredTable implements AutoCloseable {

  private static final int BATCH_ROWS = 8192;

  private final Path path;
  private final String index;
  private final BufferAllocator allocator;
  private final Dataset dataset;

  private StoredTable(Path path, String index, BufferAllocator allocator, Dataset dataset) {
    this.path = path;
    this.index = index;
    this.allocator = allocator;
    this.dataset = dataset;
  }

  /** Opens the latest version. */
  public static StoredTable open(Path path, String index) {
    BufferAllocator allocator = new RootAllocator();
    try {
      return new StoredTable(path, index, allocator, LanceTable.open(path, allocator));
    } catch (RuntimeException e) {
      allocator.close();
      throw e;
    }
  }

  /** Another version of the same table. */
  StoredTable at(long version) {
    BufferAllocator own = new RootAllocator();
    return new StoredTable(path, index, own, dataset.checkoutVersion(version));
  }

  Path path() {
    return path;
  }

  public Dataset dataset() {
    return dataset;
  }

  BufferAllocator allocator() {
    return allocator;
  }

  /** The segments of the index. */
  public List<Index> segments() {
    return dataset.getIndexes().stream().filter(segment -> segment.name().equals(index)).toList();
  }

  /** The fragments that a segment says it covers. */
  static Set<Integer> coverage(Index segment) {
    return new TreeSet<>(segment.fragments().orElseThrow());
  }

  /** The fragments of this version. */
  public Set<Integer> live() {
    return dataset.getFragments().stream()
        .map(Fragment::getId)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The fragments that the index covers. */
  public Set<Integer> covered() {
    Set<Integer> covered = new TreeSet<>();
    segments().forEach(segment -> covered.addAll(coverage(segment)));
    return covered;
  }

  /** Where a segment's file is. */
  Path file(Index segment, String name) {
    return path.resolve("_indices").resolve(segment.uuid().toString()).resolve(name);
  }

  /** Reads the batches of a scan. */
  @SuppressWarnings("try") // Lance declares that closing may throw anything
  public void scan(ScanOptions options, Consumer<VectorSchemaRoot> batches) throws IOException {
    try (LanceScanner scanner = LanceScanner.create(dataset, options, allocator);
        ArrowReader reader = scanner.scanBatches()) {
      while (reader.loadNextBatch()) {
        batches.accept(reader.getVectorSchemaRoot());
      }
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) { // what a scanner declares
      throw new IOException("Cannot close a scan of " + path, e);
    }
  }

  /** Reads a segment's rows: {@code _rowid} and the codes. */
  @SuppressWarnings("try") // Lance declares that closing may throw anything
  void rows(Index segment, Consumer<VectorSchemaRoot> batches) throws IOException {
    String file = file(segment, "auxiliary.idx").toString();
    try (LanceFileReader rows = LanceFileReader.open(file, allocator);
        ArrowReader reader = rows.readAll(null, null, BATCH_ROWS)) {
      while (reader.loadNextBatch()) {
        batches.accept(reader.getVectorSchemaRoot());
      }
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) { // what a file reader declares
      throw new IOException("Cannot close " + file, e);
    }
  }

  @Override
  public void close() {
    dataset.close();
    allocator.close();
  }
}
