package dev.freshet.operators.wire;

import dev.freshet.operators.wire.EncodedPart.Spill;
import dev.freshet.state.model.RowCounts;
import dev.freshet.state.model.RowRange;
import dev.freshet.state.serde.VersionedSerializer;
import dev.freshet.vector.quantizer.EncodedBlock;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Version 2, little-endian: count of ranges, each (int fragment, long offset, long rows, long
 * fragmentRows, long fingerprint); counts (3 longs); count of blocks, each (int rows, int code
 * bytes of all rows, row ids as longs, partitions as ints, codes); count of spilled segments, each
 * (2 longs uuid, long bytes). Version 1 ends with the blocks.
 */
public final class EncodedPartSerializer implements VersionedSerializer<EncodedPart> {

  private static final int VERSION = 2;
  private static final int WITHOUT_SPILLS = 1;
  private static final int SPILL_BYTES = 3 * Long.BYTES;
  private static final int RANGE_BYTES = Integer.BYTES + 4 * Long.BYTES;

  @Override
  public int version() {
    return VERSION;
  }

  @Override
  public byte[] serialize(EncodedPart part) {
    ByteBuffer out = ByteBuffer.allocate(size(part)).order(ByteOrder.LITTLE_ENDIAN);
    out.putInt(part.ranges().size());
    for (RowRange range : part.ranges()) {
      out.putInt(range.fragment());
      out.putLong(range.offset()).putLong(range.rows());
      out.putLong(range.fragmentRows()).putLong(range.fingerprint());
    }
    RowCounts counts = part.counts();
    out.putLong(counts.encoded()).putLong(counts.nulls()).putLong(counts.nonFinite());
    out.putInt(part.blocks().size());
    part.blocks().forEach(block -> write(block, out));
    out.putInt(part.spilled().size());
    for (Spill spill : part.spilled()) {
      out.putLong(spill.segment().getMostSignificantBits());
      out.putLong(spill.segment().getLeastSignificantBits());
      out.putLong(spill.bytes());
    }
    return out.array();
  }

  private static int size(EncodedPart part) {
    long size = 3L * Integer.BYTES + 3L * Long.BYTES + (long) part.ranges().size() * RANGE_BYTES;
    size += (long) part.spilled().size() * SPILL_BYTES;
    for (EncodedBlock block : part.blocks()) {
      size += 2L * Integer.BYTES + block.codes().length;
      size += (long) block.rows() * (Long.BYTES + Integer.BYTES);
    }
    return Math.toIntExact(size);
  }

  private static void write(EncodedBlock block, ByteBuffer out) {
    out.putInt(block.rows()).putInt(block.codes().length);
    out.asLongBuffer().put(block.rowIds());
    out.position(out.position() + block.rows() * Long.BYTES);
    out.asIntBuffer().put(block.partitions());
    out.position(out.position() + block.rows() * Integer.BYTES);
    out.put(block.codes());
  }

  @Override
  public EncodedPart deserialize(int version, byte[] bytes) throws IOException {
    if (version != VERSION && version != WITHOUT_SPILLS) {
      throw new IOException("Unknown version " + version + " of an encoded part");
    }
    try {
      ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      List<RowRange> ranges = new ArrayList<>();
      for (int left = in.getInt(); left > 0; left--) {
        ranges.add(
            new RowRange(in.getInt(), in.getLong(), in.getLong(), in.getLong(), in.getLong()));
      }
      RowCounts counts = new RowCounts(in.getLong(), in.getLong(), in.getLong());
      List<EncodedBlock> blocks = new ArrayList<>();
      for (int left = in.getInt(); left > 0; left--) {
        blocks.add(read(in));
      }
      List<Spill> spilled = new ArrayList<>();
      for (int left = version == WITHOUT_SPILLS ? 0 : in.getInt(); left > 0; left--) {
        spilled.add(new Spill(new UUID(in.getLong(), in.getLong()), in.getLong()));
      }
      if (in.hasRemaining()) {
        throw new IOException(in.remaining() + " bytes too many in an encoded part");
      }
      return new EncodedPart(ranges, counts, blocks, spilled);
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      throw new IOException("An encoded part of " + bytes.length + " bytes is cut off", e);
    }
  }

  private static EncodedBlock read(ByteBuffer in) throws IOException {
    int rows = in.getInt();
    int codeBytes = in.getInt();
    long size = (long) rows * (Long.BYTES + Integer.BYTES) + codeBytes;
    if (rows < 0 || codeBytes < 0 || size > in.remaining()) {
      throw new IOException("An encoded part names a block of " + rows + " rows that is not there");
    }
    long[] rowIds = new long[rows];
    in.asLongBuffer().get(rowIds);
    in.position(in.position() + rows * Long.BYTES);
    int[] partitions = new int[rows];
    in.asIntBuffer().get(partitions);
    in.position(in.position() + rows * Integer.BYTES);
    byte[] codes = new byte[codeBytes];
    in.get(codes);
    return new EncodedBlock(rowIds, partitions, codes);
  }
}
