package dev.freshet.operators.storage;

/** Is told of every request that Freshet itself makes of an object store; Lance's are not seen. */
public interface RequestCounter {

  /** What was asked; Flink's file system may make several requests of it. */
  enum Kind {
    STAT,
    READ,
    WRITE,
    LIST,
    DELETE
  }

  /** Counts nothing. */
  RequestCounter NONE = (kind, bytes) -> {};

  /**
   * A request is made.
   *
   * @param bytes read or written; 0 for the others
   */
  void count(Kind kind, long bytes);
}
