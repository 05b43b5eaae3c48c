package dev.freshet.sql.types;

import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.TimeMicroVector;
import org.apache.arrow.vector.TimeMilliVector;
import org.apache.arrow.vector.TimeNanoVector;
import org.apache.arrow.vector.TimeSecVector;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.flink.table.data.TimestampData;

/** Flink's times and timestamps in Arrow's units. */
enum TimeUnits {
  SECOND(1),
  MILLISECOND(1_000),
  MICROSECOND(1_000_000),
  NANOSECOND(1_000_000_000);

  private static final int NANOS_PER_MILLI = 1_000_000;
  private static final int MILLIS_PER_SECOND = 1_000;

  private final int perSecond;

  TimeUnits(int perSecond) {
    this.perSecond = perSecond;
  }

  static TimeUnits of(TimeUnit unit) {
    return valueOf(unit.name());
  }

  /**
   * The timestamp as a number of this unit since 1970; digits below the unit are cut off.
   *
   * @throws IllegalArgumentException if 64 bits do not hold it
   */
  long fromTimestamp(TimestampData timestamp) {
    long seconds = Math.floorDiv(timestamp.getMillisecond(), MILLIS_PER_SECOND);
    long nanos =
        (long) Math.floorMod(timestamp.getMillisecond(), MILLIS_PER_SECOND) * NANOS_PER_MILLI
            + timestamp.getNanoOfMillisecond();
    try {
      return Math.addExact(
          Math.multiplyExact(seconds, (long) perSecond),
          nanos / (NANOSECOND.perSecond / perSecond));
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(
          timestamp + " is too far from 1970 to be stored in nanoseconds: declare precision 6", e);
    }
  }

  TimestampData toTimestamp(long value) {
    long seconds = Math.floorDiv(value, perSecond);
    long nanos = (long) Math.floorMod(value, perSecond) * (NANOSECOND.perSecond / perSecond);
    return TimestampData.fromEpochMillis(
        seconds * MILLIS_PER_SECOND + nanos / NANOS_PER_MILLI, (int) (nanos % NANOS_PER_MILLI));
  }

  /** Of milliseconds of the day, Flink's form of a time. */
  static ValueWriter timeWriter(FieldVector vector) {
    if (vector instanceof TimeSecVector seconds) {
      return ValueWriters.fixed(
          seconds, (i, value) -> seconds.setSafe(i, (Integer) value / MILLIS_PER_SECOND));
    }
    if (vector instanceof TimeMilliVector millis) {
      return ValueWriters.fixed(millis, (i, value) -> millis.setSafe(i, (Integer) value));
    }
    if (vector instanceof TimeMicroVector micros) {
      return ValueWriters.fixed(micros, (i, value) -> micros.setSafe(i, (Integer) value * 1_000L));
    }
    TimeNanoVector nanos = (TimeNanoVector) vector;
    return ValueWriters.fixed(
        nanos, (i, value) -> nanos.setSafe(i, (Integer) value * (long) NANOS_PER_MILLI));
  }

  /** To milliseconds of the day; digits below are cut off. */
  static ValueReader timeReader(FieldVector vector) {
    if (vector instanceof TimeSecVector seconds) {
      return ValueReaders.scalar(seconds, i -> seconds.get(i) * MILLIS_PER_SECOND);
    }
    if (vector instanceof TimeMilliVector millis) {
      return ValueReaders.scalar(millis, millis::get);
    }
    if (vector instanceof TimeMicroVector micros) {
      return ValueReaders.scalar(micros, i -> (int) (micros.get(i) / 1_000));
    }
    TimeNanoVector nanos = (TimeNanoVector) vector;
    return ValueReaders.scalar(nanos, i -> (int) (nanos.get(i) / NANOS_PER_MILLI));
  }
}
