package dev.freshet.vector.format;

import static dev.freshet.vector.format.CorruptSegmentException.check;

import java.nio.ByteBuffer;
import java.util.List;

/** Goes through the pages of a column once, and tells how the values of each lie in its buffers. */
final class ColumnPages {
  static final PageLayout PLAIN = new PageLayout(PageEncoding.CONTIGUOUS, ByteBuffer.allocate(0));

  private final FileFormat format;
  private final List<ColumnPage> pages;
  private final int items;
  private final int itemBytes;
  private int next;

  /**
   * @param items scalars in one value
   * @param itemBytes bytes of one scalar
   */
  ColumnPages(FileFormat format, List<ColumnPage> pages, int items, int itemBytes) {
    this.format = format;
    this.pages = pages;
    this.items = items;
    this.itemBytes = itemBytes;
  }

  /** Place of the next page among all. */
  int place() {
    return next;
  }

  ColumnPage next() throws CorruptSegmentException {
    check(next < pages.size(), "a column ends too early");
    return pages.get(next++);
  }

  /** Passes over whole pages of no more than so many rows; returns what is left of those. */
  long pass(long rows) {
    long left = rows;
    while (next < pages.size() && left >= pages.get(next).rows()) {
      left -= pages.get(next++).rows();
    }
    return left;
  }

  /** The layout of a page, which its buffers fit. */
  PageLayout layout(ColumnPage page) throws CorruptSegmentException {
    PageLayout layout = parse(page);
    int buffers = page.buffers().size();
    check(buffers == layout.encoding().buffers(), "a page of %d buffers", buffers);
    if (layout.encoding() == PageEncoding.CONTIGUOUS) {
      checkHolds(page.buffers().get(0), page.rows());
    }
    return layout;
  }

  private PageLayout parse(ColumnPage page) throws CorruptSegmentException {
    if (format.hasChunks()) {
      return PageLayout.parse(format, page.encoding(), items, itemBytes, page.rows());
    }
    ArrayEncoding.checkIs(page.encoding(), items, itemBytes);
    return PLAIN;
  }

  private void checkHolds(Extent data, long rows) throws CorruptSegmentException {
    int valueBytes = items * itemBytes;
    check(
        data.length() % valueBytes == 0 && data.length() / valueBytes == rows,
        "%d bytes for %d values of %d bytes",
        data.length(),
        rows,
        valueBytes);
  }
}
