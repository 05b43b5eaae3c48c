package dev.freshet.vector.format;

import java.util.Arrays;
import java.util.UUID;

/**
 * What a finished segment holds.
 *
 * @param bytes size of its files
 * @param partitionLengths rows of each partition; shared, not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record SegmentSummary(UUID segment, long rows, long bytes, long[] partitionLengths) {

  public SegmentSummary {
    if (Arrays.stream(partitionLengths).sum() != rows) {
      throw new IllegalArgumentException("The partitions do not hold " + rows + " rows together");
    }
  }
}
