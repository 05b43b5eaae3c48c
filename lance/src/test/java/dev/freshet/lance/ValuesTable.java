package dev.freshet.lance;

import dev.freshet.lance.dataset.BatchScan;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.DatasetLocation;
import dev.freshet.lance.dataset.LanceDatasets;
import dev.freshet.lance.dataset.LocalDatasetFiles;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.apache.arrow.c.ArrowArrayStream;
import org.apache.arrow.c.Data;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.LargeVarCharVector;
import org.apache.arrow.vector.UInt1Vector;
import org.apache.arrow.vector.UInt2Vector;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.lance.CommitBuilder;
import org.lance.Dataset;
import org.lance.Transaction;
import org.lance.WriteParams.WriteMode;
import org.lance.fragment.FragmentUpdateResult;
import org.lance.ipc.FullTextQuery;
import org.lance.ipc.ScanOptions;
import org.lance.merge.MergeInsertParams;
import org.lance.operation.Update;

/**
 * A dataset with a column of each type that an index of values is kept over, nulls and unusual
 * values among them. Closing it fails if an Arrow buffer leaked.
 */
public final class ValuesTable implements AutoCloseable {

  /** The columns of values; {@code id} counts the rows. */
  public static final List<String> COLUMNS =
      List.of(
          "i32",
          "i64",
          "u8",
          "u16",
          "u32",
          "u64",
          "f32",
          "f64",
          "bool",
          "text",
          "other_text",
          "large_text",
          "day");

  /** The columns of lists of values. */
  public static final List<String> LISTS = List.of("tags", "numbers");

  /** A column of sentences. */
  public static final String PROSE = "prose";

  private static final String[] WORDS = {
    "the", "quick", "Foxes", "jumped", "over", "lazy", "dogs", "caf\u00e9", "running", "it's"
  };

  private static final float[] FLOATS = {
    0f, -0f, Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.MIN_VALUE, 1e30f
  };

  private static final String[] TEXTS = {
    "",
    "it's",
    "\"",
    "50%_",
    "a\nb",
    "\u00e9\u4e16",
    "NULL",
    "x\uD83D\uDE00",
    "a\u0000b",
    "l".repeat(5000)
  };

  private final BufferAllocator allocator = new RootAllocator();
  private final LanceDatasets datasets = new LanceDatasets(1L << 28);
  private final DatasetLocation location;
  private final boolean stableRowIds;
  private final Random random;
  private long rows;

  public ValuesTable(Path path, boolean stableRowIds, long seed) {
    this(DatasetLocation.of(path.toString()), stableRowIds, seed);
  }

  public ValuesTable(DatasetLocation location, boolean stableRowIds, long seed) {
    this.location = location;
    this.stableRowIds = stableRowIds;
    this.random = new Random(seed);
  }

  public DatasetLocation location() {
    return location;
  }

  public LocalDatasetFiles files() {
    return new LocalDatasetFiles(Path.of(location.uri()));
  }

  public DatasetHandle open() {
    return datasets.open(location());
  }

  public void delete(String predicate) {
    try (DatasetHandle handle = open()) {
      handle.dataset().delete(predicate);
    }
  }

  /** Appends a fragment of random rows. */
  public void append(int count) {
    try (ArrowReader reader = random(rows, count)) {
      Dataset.write()
          .allocator(allocator)
          .reader(reader)
          .uri(location.uri())
          .storageOptions(location.storageOptions())
          .mode(rows == 0 ? WriteMode.CREATE : WriteMode.APPEND)
          .enableStableRowIds(stableRowIds)
          .execute()
          .close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    rows += count;
  }

  /** Gives rows other values: they move to a new fragment, under the same id if ids are stable. */
  public void merge(long firstId, int count) {
    MergeInsertParams params = new MergeInsertParams(List.of("id")).withMatchedUpdateAll();
    try (DatasetHandle handle = open();
        ArrowReader reader = random(firstId, count);
        ArrowArrayStream stream = ArrowArrayStream.allocateNew(allocator)) {
      Data.exportArrayStream(allocator, reader, stream);
      handle.dataset().mergeInsert(params, stream).dataset().close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Gives the first rows of a fragment other values, in their place. */
  public void updateInPlace(int fragment, long firstId, int count) {
    try (DatasetHandle handle = open();
        ArrowReader reader = random(firstId, count);
        ArrowArrayStream stream = ArrowArrayStream.allocateNew(allocator)) {
      Data.exportArrayStream(allocator, reader, stream);
      FragmentUpdateResult updated =
          handle.dataset().getFragment(fragment).updateColumns(stream, "id", "id");
      Update operation =
          Update.builder()
              .updatedFragments(List.of(updated.getUpdatedFragment()))
              .fieldsModified(updated.getFieldsModified())
              .updateMode(Optional.of(Update.UpdateMode.RewriteColumns))
              .build();
      try (Transaction transaction =
          new Transaction.Builder().readVersion(handle.version()).operation(operation).build()) {
        new CommitBuilder(handle.dataset()).execute(transaction).close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ids of the rows that Lance finds by a word of the sentences, one for each answer. */
  public List<Long> foundByWord(String word) throws IOException {
    return scan(
        new ScanOptions.Builder()
            .columns(List.of("id", "_score"))
            .fullTextQuery(FullTextQuery.match(word, PROSE))
            .build(),
        text -> true);
  }

  /** Ids of the rows whose sentence has a word, that is written as Lance's analyzer leaves it. */
  public List<Long> havingWord(String word) throws IOException {
    Pattern pattern = Pattern.compile("\\b" + word + "\\b");
    return scan(
        new ScanOptions.Builder().columns(List.of("id", PROSE)).build(),
        text -> pattern.matcher(text).find());
  }

  private List<Long> scan(ScanOptions options, Predicate<String> taken) throws IOException {
    List<Long> ids = new ArrayList<>();
    try (DatasetHandle handle = open();
        BatchScan scan = new BatchScan(handle, options)) {
      while (scan.next()) {
        BigIntVector id = (BigIntVector) scan.batch().getVector("id");
        Optional<VarCharVector> texts =
            Optional.ofNullable((VarCharVector) scan.batch().getVector(PROSE));
        for (int row = 0; row < scan.batch().getRowCount(); row++) {
          int at = row;
          String text = texts.map(all -> all.getObject(at)).map(Object::toString).orElse("");
          if (taken.test(text)) {
            ids.add(id.get(row));
          }
        }
      }
    }
    Collections.sort(ids);
    return ids;
  }

  private ArrowReader random(long firstId, int count) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (VectorSchemaRoot root = VectorSchemaRoot.create(schema(), allocator)) {
      for (int row = 0; row < count; row++) {
        ((BigIntVector) root.getVector("id")).setSafe(row, firstId + row);
        for (String column : COLUMNS) {
          if (random.nextInt(8) > 0) {
            set(root.getVector(column), row);
          }
        }
        for (String column : LISTS) {
          if (random.nextInt(8) > 0) {
            setList((ListVector) root.getVector(column), row);
          }
        }
      }
      VarCharVector prose = (VarCharVector) root.getVector(PROSE);
      for (int row = 0; row < count; row++) {
        if (random.nextInt(8) > 0) {
          prose.setSafe(row, sentence().getBytes(StandardCharsets.UTF_8));
        }
      }
      root.setRowCount(count);
      try (ArrowStreamWriter writer = new ArrowStreamWriter(root, null, bytes)) {
        writer.writeBatch();
      }
    }
    return new ArrowStreamReader(new ByteArrayInputStream(bytes.toByteArray()), allocator);
  }

  private void set(FieldVector values, int row) {
    int some = random.nextInt(200) - 100;
    float number = random.nextInt(4) == 0 ? FLOATS[random.nextInt(FLOATS.length)] : some / 4f;
    byte[] text =
        (random.nextInt(4) == 0 ? TEXTS[random.nextInt(TEXTS.length)] : "t" + some)
            .getBytes(StandardCharsets.UTF_8);
    if (values instanceof IntVector ints) {
      ints.setSafe(row, some);
    } else if (values instanceof BigIntVector longs) {
      longs.setSafe(row, some * 10_000_000_000L);
    } else if (values instanceof UInt8Vector unsigned) {
      unsigned.setSafe(row, some * 10_000_000_000L);
    } else if (values instanceof UInt1Vector unsigned) {
      unsigned.setSafe(row, some);
    } else if (values instanceof UInt2Vector unsigned) {
      unsigned.setSafe(row, (char) (some * 300));
    } else if (values instanceof UInt4Vector unsigned) {
      unsigned.setSafe(row, some * 10_000_000);
    } else if (values instanceof Float4Vector floats) {
      floats.setSafe(row, number);
    } else if (values instanceof Float8Vector doubles) {
      doubles.setSafe(row, number);
    } else if (values instanceof BitVector bits) {
      bits.setSafe(row, some & 1);
    } else if (values instanceof VarCharVector texts) {
      texts.setSafe(row, text);
    } else if (values instanceof LargeVarCharVector texts) {
      texts.setSafe(row, text);
    } else {
      ((DateDayVector) values)
          .setSafe(row, 20_000 + some * (random.nextInt(5) == 0 ? 1_000_000 : 1));
    }
  }

  /** Up to four elements, of few values, so that some come twice; some are null. */
  private void setList(ListVector lists, int row) {
    int place = lists.startNewValue(row);
    int size = random.nextInt(5);
    FieldVector elements = lists.getDataVector();
    for (int element = place; element < place + size; element++) {
      int some = random.nextInt(20);
      if (some == 0) {
        elements.setNull(element);
      } else if (elements instanceof VarCharVector texts) {
        texts.setSafe(element, ("it's t" + some).getBytes(StandardCharsets.UTF_8));
      } else {
        ((BigIntVector) elements).setSafe(element, some * 10_000_000_000L);
      }
    }
    lists.endValue(row, size);
  }

  /** Up to nine words, and as many numbers of many. */
  private String sentence() {
    StringBuilder sentence = new StringBuilder();
    for (int word = random.nextInt(10); word > 0; word--) {
      sentence.append(WORDS[random.nextInt(WORDS.length)]).append(' ');
      sentence.append('w').append(random.nextInt(50)).append(word % 3 == 0 ? ", " : " ");
    }
    return sentence.toString();
  }

  private static Field list(String name, ArrowType type) {
    return new Field(
        name, FieldType.nullable(ArrowType.List.INSTANCE), List.of(Field.nullable("item", type)));
  }

  private static Schema schema() {
    return new Schema(
        List.of(
            Field.notNullable("id", new ArrowType.Int(64, true)),
            Field.nullable("i32", new ArrowType.Int(32, true)),
            Field.nullable("i64", new ArrowType.Int(64, true)),
            Field.nullable("u8", new ArrowType.Int(8, false)),
            Field.nullable("u16", new ArrowType.Int(16, false)),
            Field.nullable("u32", new ArrowType.Int(32, false)),
            Field.nullable("u64", new ArrowType.Int(64, false)),
            Field.nullable("f32", new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE)),
            Field.nullable("f64", new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE)),
            Field.nullable("bool", ArrowType.Bool.INSTANCE),
            Field.nullable("text", ArrowType.Utf8.INSTANCE),
            Field.nullable("other_text", ArrowType.Utf8.INSTANCE),
            Field.nullable("large_text", ArrowType.LargeUtf8.INSTANCE),
            Field.nullable("day", new ArrowType.Date(DateUnit.DAY)),
            list("tags", ArrowType.Utf8.INSTANCE),
            list("numbers", new ArrowType.Int(64, true)),
            Field.nullable(PROSE, ArrowType.Utf8.INSTANCE)));
  }

  @Override
  public void close() {
    datasets.close();
    allocator.close();
  }
}
