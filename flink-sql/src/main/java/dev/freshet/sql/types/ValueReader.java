package dev.freshet.sql.types;

/** Reads values of one type from a column. */
interface ValueReader {

  /** The value in Flink's internal form; null for a null. */
  Object read(int index);
}
