package dev.freshet.sql.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.logical.RowType;
import org.junit.jupiter.api.Test;

class PrimaryKeyTest {

  /** Of the first release: keys are part of the state. */
  @Test
  void bytesAreGolden() {
    assertThat(hex(DataTypes.TINYINT(), (byte) -1)).isEqualTo("ffffffffffffffff");
    assertThat(hex(DataTypes.INT(), 258)).isEqualTo("0000000000000102");
    assertThat(hex(DataTypes.BIGINT(), 1L << 40)).isEqualTo("0000010000000000");
    assertThat(hex(DataTypes.BOOLEAN(), true)).isEqualTo("01");
    assertThat(hex(DataTypes.DATE(), 3)).isEqualTo("0000000000000003");
    assertThat(hex(DataTypes.STRING(), StringData.fromString("\u00e9a"))).isEqualTo("03c3a961");
    assertThat(hex(DataTypes.BYTES(), new byte[] {7, 8})).isEqualTo("020708");
    assertThat(hex(DataTypes.TIMESTAMP(9), TimestampData.fromEpochMillis(5, 6)))
        .isEqualTo("000000000000000506");
    assertThat(
            hex(
                DataTypes.DECIMAL(20, 2),
                DecimalData.fromBigDecimal(new BigDecimal("2.57"), 20, 2)))
        .isEqualTo("020101");
  }

  @Test
  void takesItsColumnsInItsOwnOrderWhereverTheyAre() {
    RowType rows = rows(DataTypes.STRING(), DataTypes.INT(), DataTypes.STRING());
    PrimaryKey key = PrimaryKey.of(rows, List.of("c2", "c0"));
    assertThat(key.names()).containsExactly("c2", "c0");
    StringData a = StringData.fromString("a");
    StringData b = StringData.fromString("b");
    Optional<RowKey> found = key.reader(rows).of(GenericRowData.of(a, 1, b));
    assertThat(found).isEqualTo(key.reader(key.columns()).of(GenericRowData.of(b, a)));
    assertThat(found).isNotEqualTo(key.reader(rows).of(GenericRowData.of(b, 1, a)));
  }

  @Test
  void valuesDoNotRunIntoEachOther() {
    RowType rows = rows(DataTypes.STRING(), DataTypes.STRING());
    PrimaryKey.Reader key = PrimaryKey.of(rows, List.of("c0", "c1")).reader(rows);
    assertThat(key.of(GenericRowData.of(StringData.fromString("ab"), StringData.fromString("c"))))
        .isNotEqualTo(
            key.of(GenericRowData.of(StringData.fromString("a"), StringData.fromString("bc"))));
  }

  @Test
  void aRowWithoutAValueHasNoKey() {
    RowType rows = rows(DataTypes.STRING());
    assertThat(PrimaryKey.of(rows, List.of("c0")).reader(rows).of(GenericRowData.of((Object) null)))
        .isEmpty();
  }

  private static String hex(DataType type, Object value) {
    RowType rows = rows(type);
    return HexFormat.of()
        .formatHex(
            PrimaryKey.of(rows, List.of("c0"))
                .reader(rows)
                .of(GenericRowData.of(value))
                .orElseThrow()
                .toBytes());
  }

  private static RowType rows(DataType... types) {
    DataTypes.Field[] fields = new DataTypes.Field[types.length];
    for (int i = 0; i < types.length; i++) {
      fields[i] = DataTypes.FIELD("c" + i, types[i]);
    }
    return (RowType) DataTypes.ROW(fields).getLogicalType();
  }
}
