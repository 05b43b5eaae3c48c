package dev.freshet.sql.types;

/** Writes values of one type into a column. */
interface ValueWriter {

  /**
   * Writes a value.
   *
   * @param index position in the column; each is written once, in ascending order
   * @param value Flink's internal form of it, not null
   * @return about how many bytes it takes
   * @throws IllegalArgumentException that says what is wrong with the value
   */
  int write(int index, Object value);

  /** Writes a null. */
  void writeNull(int index);
}
