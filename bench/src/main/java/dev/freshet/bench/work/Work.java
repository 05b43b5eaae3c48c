package dev.freshet.bench.work;

import dev.freshet.bench.process.BenchProcess;
import dev.freshet.bench.process.BenchProcess.Role;
import dev.freshet.bench.process.Measurement;

/** Something that Freshet and Lance, or another, do with equal datasets, in own processes. */
public interface Work {

  /** What can be measured. */
  enum Kind {
    /** A whole command of a user. */
    COMMAND,
    BUILD,
    APPEND,
    QUERY,
    INSERT,
    /** A stream of small appends. */
    STEADY,
    /** An index while the vectors change. */
    DRIFT
  }

  String name();

  /** What it measures; results of a kind have the same values. */
  Kind kind();

  /** For people: what is done, to how much. */
  String description();

  /** The same with another number of rows. */
  Work scaled(double factor);

  /** Makes the dataset, once for all runs. */
  Measurement prepare(BenchProcess processes) throws Exception;

  /** A run of Freshet, over a fresh copy of the dataset. */
  Measurement freshet(BenchProcess processes) throws Exception;

  /**
   * Appends rows to the copy of the run that goes on in another process.
   *
   * @throws UnsupportedOperationException by default
   */
  default Measurement append(BenchProcess processes) throws Exception {
    throw new UnsupportedOperationException(name() + " appends nothing");
  }

  /**
   * Indexes, with Freshet, what is uncovered in the copy of the run, and ends.
   *
   * @throws UnsupportedOperationException by default
   */
  default Measurement once(BenchProcess processes) throws Exception {
    throw new UnsupportedOperationException(name() + " is run in one go");
  }

  /**
   * A run of Freshet in one of several ways, each in a process of its own.
   *
   * @throws UnsupportedOperationException by default
   */
  default Measurement kept(Role how, BenchProcess processes) throws Exception {
    throw new UnsupportedOperationException(name() + " is not run as " + how);
  }

  /** What Freshet is measured beside, in lower case. */
  default String other() {
    return "lance";
  }

  /** A run of what Freshet is measured beside, over a fresh copy of the dataset. */
  Measurement other(BenchProcess processes) throws Exception;
}
