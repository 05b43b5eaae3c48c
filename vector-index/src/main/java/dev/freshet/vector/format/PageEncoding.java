package dev.freshet.vector.format;

/**
 * How a page of fixed-width values without nulls lies in its buffers: the ways that Lance takes for
 * row ids and codes.
 */
enum PageEncoding {
  /** Chunks, each with a header; values as they are. */
  CHUNKED,
  /** Chunks of up to 1024 bit-packed 64-bit values. */
  CHUNKED_BITPACKED,
  /**
   * One buffer with the values one after the other; taken for values of 256 bytes and more, and for
   * all of format 2.0.
   */
  CONTIGUOUS,
  /** No buffer, as all values are one; from format 2.2 on. A page of a single row is such. */
  CONSTANT;

  /** Values of so many bytes and more lie in one buffer. */
  static final int CONTIGUOUS_BYTES = 256;

  /** Buffers of such a page: the values come last, and before them the table of chunks. */
  int buffers() {
    return switch (this) {
      case CHUNKED, CHUNKED_BITPACKED -> 2;
      case CONTIGUOUS -> 1;
      case CONSTANT -> 0;
    };
  }
}
