package dev.freshet.vector.quantizer;

/**
 * Encoded rows, in the order they were scanned.
 *
 * @param rowIds Lance row ids, one a row
 * @param partitions index of the nearest centroid, one a row
 * @param codes row-major, [rows][codeBytes]
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier of bulk data, never compared
public record EncodedBlock(long[] rowIds, int[] partitions, byte[] codes) {

  public EncodedBlock {
    if (rowIds.length != partitions.length) {
      throw new IllegalArgumentException(
          rowIds.length + " row ids but " + partitions.length + " partitions");
    }
    if (rowIds.length == 0 ? codes.length != 0 : codes.length % rowIds.length != 0) {
      throw new IllegalArgumentException(
          codes.length + " bytes of codes do not divide among " + rowIds.length + " rows");
    }
  }

  public int rows() {
    return rowIds.length;
  }
}
