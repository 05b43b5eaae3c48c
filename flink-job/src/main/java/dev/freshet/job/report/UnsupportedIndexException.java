package dev.freshet.job.report;

import dev.freshet.lance.dataset.DatasetException;
import dev.freshet.lance.manifest.IndexSummary;
import dev.freshet.operators.train.ForeignSegments;
import dev.freshet.vector.format.UnsupportedSegmentException;

/** An index has a segment that the Lance of this program reads wrongly, so it is left alone. */
public final class UnsupportedIndexException extends DatasetException {
  private static final long serialVersionUID = 1L;

  private final transient IndexSummary index;
  private final String reason;

  UnsupportedIndexException(
      IndexSummary index, String dataset, UnsupportedSegmentException refused) {
    super(ForeignSegments.message(index.name(), dataset, refused), refused);
    this.index = index;
    this.reason = refused.getMessage();
  }

  /** The index, as the manifest describes it. */
  IndexSummary index() {
    return index;
  }

  /** The segment, and what is unknown about it. */
  String reason() {
    return reason;
  }
}
