package dev.freshet.sql.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.lance.manifest.DatasetVersions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.RowType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a stream gives of rows that were there and are updated: each of them again, no other. */
class UpdatedRowsTest {

  private static final RowType ROWS =
      (RowType)
          DataTypes.ROW(
                  DataTypes.FIELD("id", DataTypes.BIGINT()),
                  DataTypes.FIELD("title", DataTypes.STRING()))
              .getLogicalType();

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void rowsOfARewrittenColumnComeAgain(boolean stable) throws Exception {
    try (UpdatedTable table = table(stable)) {
      long before = table.version();
      table.rewriteTitles(1, 13, 16, "second");
      assertThat(since(table, before)).containsExactly("13 second", "14 second", "15 second");
      long later = table.version();
      table.rewriteTitles(1, 15, 18, "second");
      assertThat(since(table, later))
          .as("15 has no other value")
          .containsExactly("16 second", "17 second");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void mergedColumnsComeAgain(boolean stable) throws Exception {
    try (UpdatedTable table = table(stable)) {
      long before = table.version();
      table.mergeTitles(8, 12, "second");
      assertThat(since(table, before))
          .containsExactlyInAnyOrder("8 second", "9 second", "10 second", "11 second");
    }
  }

  /** Lance deletes such rows and writes them anew, so they are given whether or not they differ. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void mergedRowsComeAgain(boolean stable) throws Exception {
    try (UpdatedTable table = table(stable)) {
      long before = table.version();
      table.merge(8, 12, "second");
      assertThat(since(table, before))
          .containsExactlyInAnyOrder("8 second", "9 second", "10 second", "11 second");
      long later = table.version();
      table.compact();
      assertThat(since(table, later)).isEmpty();
    }
  }

  /** As an update of the column that is not read would be of a row that is inserted anew. */
  @Test
  void aColumnThatIsNotReadCountsToo() throws Exception {
    RowType ids =
        (RowType) DataTypes.ROW(DataTypes.FIELD("id", DataTypes.BIGINT())).getLogicalType();
    try (UpdatedTable table = table(false)) {
      long before = table.version();
      table.rewriteTitles(0, 3, 5, "second");
      assertThat(since(table, before, settings(table, ids, List.of()))).containsExactly("3", "4");
    }
  }

  @Test
  void deletedRowsAndOtherColumnsDoNotDisturb() throws Exception {
    try (UpdatedTable table = table(false)) {
      table.addColumn("doubled", "amount * 2");
      long added = table.version();
      table.delete("id IN (2, 4, 11)");
      table.rewriteTitles(0, 3, 6, "second");
      table.delete("id = 3");
      assertThat(since(table, added)).containsExactly("3 second", "5 second");
    }
  }

  @Test
  void anAddedColumnIsNoUpdateAndARenamedOneIsTheSame() throws Exception {
    try (UpdatedTable table = table(false)) {
      long before = table.version();
      table.addColumn("doubled", "amount * 2");
      table.renameColumn("amount", "number");
      assertThat(since(table, before)).isEmpty();
    }
  }

  @Test
  void filtersAreOfTheNewValues() throws Exception {
    try (UpdatedTable table = table(false)) {
      long before = table.version();
      table.rewriteTitles(0, 3, 7, "second");
      ScanSettings settings = settings(table, ROWS, List.of("title = 'second'", "id > 4"));
      assertThat(since(table, before, settings)).containsExactly("5 second", "6 second");
    }
  }

  /** A reader that failed goes on behind what it has emitted. */
  @Test
  void aSplitGoesOnBehindTheRewrittenRowsThatWereRead() throws Exception {
    try (UpdatedTable table = table(false)) {
      table.rewriteTitles(0, 2, 8, "second");
      FragmentSplit split = new FragmentSplit(table.version(), 0, 4, true);
      assertThat(rows(split, settings(table, ROWS, List.of())))
          .containsExactly("6 second", "7 second");
    }
  }

  /** Two fragments of ten rows each. */
  private UpdatedTable table(boolean stable) throws Exception {
    UpdatedTable table = new UpdatedTable(directory.resolve("t"), stable);
    table.append(0, 10);
    table.append(10, 20);
    assertThat(since(table, 0))
        .isEqualTo(LongStream.range(0, 20).mapToObj(id -> id + " first").toList());
    return table;
  }

  private static ScanSettings settings(UpdatedTable table, RowType rows, List<String> filters) {
    return new ScanSettings(table.location(), rows, filters, Long.MAX_VALUE, new Configuration());
  }

  private static List<String> since(UpdatedTable table, long version) throws Exception {
    return since(table, version, settings(table, ROWS, List.of()));
  }

  /** What the looks and the readers of a stream give of all versions behind one. */
  private static List<String> since(UpdatedTable table, long version, ScanSettings settings)
      throws Exception {
    List<String> rows = new ArrayList<>();
    try (InsertObserver observer = new InsertObserver(settings)) {
      InsertObserver.Found found = observer.look(version);
      assertThat(found.to()).isEqualTo(table.version());
      for (FragmentSplit split : found.splits()) {
        rows.addAll(rows(split, settings));
      }
    }
    return rows;
  }

  private static List<String> rows(FragmentSplit split, ScanSettings settings) throws Exception {
    List<String> rows = new ArrayList<>();
    try (DatasetVersions versions = new DatasetVersions(settings.location(), 1L << 30);
        SplitScan scan = new SplitScan(split, settings, versions)) {
      while (scan.next()) {
        for (RowData row : scan.rows()) {
          rows.add(row.getLong(0) + (row.getArity() > 1 ? " " + row.getString(1).toString() : ""));
        }
      }
    }
    return rows;
  }
}
