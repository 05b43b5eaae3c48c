package dev.freshet.vector.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.Metric;
import dev.freshet.vector.merge.BlockSorter;
import dev.freshet.vector.quantizer.IvfModel;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A damaged file is read or refused, whatever is broken; it never crashes, hangs or bloats. */
@Timeout(60)
class CorruptSegmentTest {
  private static final long SEED = 41;
  private static final int ATTEMPTS = 120;

  /** Two batches, their read-aheads and the files' own parts, several times over. */
  private static final long MAX_ALLOCATED_BYTES = 32 << 20;

  private final Random random = new Random(SEED);
  private FileFormat written = FileFormat.V2_1;
  private final InMemoryIndexStorage storage = new InMemoryIndexStorage(() -> written);
  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  static Stream<Arguments> files() {
    return Stream.of(
            Arguments.of(IndexType.IVF_FLAT, 5),
            Arguments.of(IndexType.IVF_FLAT, 128),
            Arguments.of(IndexType.IVF_PQ, 16),
            Arguments.of(IndexType.IVF_SQ, 300))
        .flatMap(
            kind ->
                Stream.of("index.idx", "auxiliary.idx")
                    .flatMap(
                        file ->
                            Arrays.stream(FileFormat.values())
                                .map(
                                    format ->
                                        Arguments.of(format, kind.get()[0], kind.get()[1], file))));
  }

  @ParameterizedTest
  @MethodSource("files")
  void truncated(FileFormat format, IndexType type, int dimension, String file) throws IOException {
    UUID segment = write(format, type, dimension);
    int refused =
        damage(
            segment,
            file,
            content -> Arrays.copyOf(content, random.nextInt(content.length)),
            ATTEMPTS / 4);
    assertThat(refused).as("damage that was noticed").isPositive();
  }

  @ParameterizedTest
  @MethodSource("files")
  void bitFlippedInTheTail(FileFormat format, IndexType type, int dimension, String file)
      throws IOException {
    UUID segment = write(format, type, dimension);
    int refused =
        damage(
            segment,
            file,
            content -> {
              int tail = Math.min(content.length, 1200);
              flip(content, content.length - 1 - random.nextInt(tail));
              return content;
            },
            ATTEMPTS);
    assertThat(refused).as("damage that was noticed").isPositive();
  }

  @ParameterizedTest
  @MethodSource("files")
  void bitsFlippedAnywhere(FileFormat format, IndexType type, int dimension, String file)
      throws IOException {
    UUID segment = write(format, type, dimension);
    // codes have no checksum: most of this damage cannot be noticed, and must do no harm
    damage(
        segment,
        file,
        content -> {
          for (int i = 0; i < 3; i++) {
            flip(content, random.nextInt(content.length));
          }
          return content;
        },
        ATTEMPTS);
  }

  @ParameterizedTest
  @MethodSource("files")
  void overwrittenWithGarbage(FileFormat format, IndexType type, int dimension, String file)
      throws IOException {
    UUID segment = write(format, type, dimension);
    int refused =
        damage(
            segment,
            file,
            content -> {
              byte[] garbage = new byte[1 + random.nextInt(40)];
              random.nextBytes(garbage);
              if (random.nextBoolean()) {
                Arrays.fill(garbage, (byte) (random.nextBoolean() ? 0xFF : 0));
              }
              int at = content.length - 1 - random.nextInt(Math.min(content.length, 1200));
              int length = Math.min(garbage.length, content.length - at);
              System.arraycopy(garbage, 0, content, at, length);
              return content;
            },
            ATTEMPTS);
    assertThat(refused).as("damage that was noticed").isPositive();
  }

  @Test
  void saysWhichSegmentAndWhatIsWrong() throws IOException {
    UUID segment = write(FileFormat.V2_1, IndexType.IVF_SQ, 8);
    storage.replace(segment, "index.idx", new byte[100]);
    assertThatThrownBy(() -> SegmentReader.open(storage, segment))
        .isInstanceOf(CorruptSegmentException.class)
        .hasMessage(
            "Segment %s of memory://dataset: index.idx: it does not end as a Lance file does",
            segment);
    storage.replace(segment, "index.idx", new byte[39]);
    assertThatThrownBy(() -> SegmentReader.open(storage, segment))
        .isInstanceOf(CorruptSegmentException.class)
        .hasMessageEndingWith("index.idx: only 39 bytes");
  }

  @Test
  void tellsAnUnknownFormatFromDamage() throws IOException {
    UUID segment = write(FileFormat.V2_2, IndexType.IVF_SQ, 8);
    byte[] content = storage.content(segment, "auxiliary.idx").clone();
    content[content.length - 6] = 3; // the minor version
    storage.replace(segment, "auxiliary.idx", content);
    assertThatThrownBy(() -> SegmentReader.open(storage, segment))
        .isInstanceOf(UnknownFormatException.class)
        .hasMessage(
            "Segment %s of memory://dataset: auxiliary.idx: Lance file format 2.3: known are [2.0,"
                + " 2.1, 2.2]",
            segment);
  }

  /** A file's version decides how its pages are read, so none may be read as of another. */
  @ParameterizedTest
  @CsvSource({"V2_0, 2, 1", "V2_0, 2, 2", "V2_1, 0, 3", "V2_1, 2, 2", "V2_2, 2, 1", "V2_2, 0, 3"})
  void refusesPagesOfAnotherVersionThanItsOwn(FileFormat format, int major, int minor)
      throws IOException {
    UUID segment = write(format, IndexType.IVF_SQ, 8);
    byte[] content = storage.content(segment, "auxiliary.idx").clone();
    content[content.length - 8] = (byte) major;
    content[content.length - 6] = (byte) minor;
    storage.replace(segment, "auxiliary.idx", content);
    assertThat(refuses(segment, -1)).isTrue();
  }

  /** A page of one value has no bytes that would bound what is read of it. */
  @Test
  void boundsThePageOfOneValue() throws IOException {
    for (long rows : new long[] {1, 1024, 1025, 1L << 60}) {
      ProtoWriter constant =
          new ProtoWriter().packed(5, new long[] {1}).bytes(6, new byte[Long.BYTES]);
      ByteBuffer layout = ByteBuffer.wrap(new ProtoWriter().message(2, constant).toByteArray());
      if (rows <= 1024) {
        assertThat(PageLayout.parse(FileFormat.V2_2, layout, 1, Long.BYTES, rows).encoding())
            .isEqualTo(PageEncoding.CONSTANT);
      } else {
        assertThatThrownBy(() -> PageLayout.parse(FileFormat.V2_2, layout, 1, Long.BYTES, rows))
            .isInstanceOf(CorruptSegmentException.class)
            .hasMessage("one value for %d rows", rows);
      }
    }
  }

  @Test
  void tellsAMissingSegmentFromACorruptOne() {
    UUID segment = UUID.randomUUID();
    assertThatThrownBy(() -> SegmentReader.open(storage, segment))
        .isInstanceOf(FileNotFoundException.class)
        .hasMessageContaining(segment.toString());
  }

  private UUID write(FileFormat format, IndexType type, int dimension) throws IOException {
    written = format;
    IvfModel model = Segments.randomModel(type, Metric.L2, dimension, 4, random);
    UUID segment = UUID.randomUUID();
    BlockSorter.write(
        storage, segment, model, List.of(Segments.randomBlock(model, 2, 1500, random)));
    return segment;
  }

  private int damage(UUID segment, String file, UnaryOperator<byte[]> damage, int attempts)
      throws IOException {
    byte[] intact = storage.content(segment, file);
    int refused = 0;
    for (int attempt = 0; attempt < attempts; attempt++) {
      storage.replace(segment, file, damage.apply(intact.clone()));
      long before = threads.getCurrentThreadAllocatedBytes();
      refused += refuses(segment, attempt) ? 1 : 0;
      assertThat(threads.getCurrentThreadAllocatedBytes() - before)
          .as("bytes allocated, seed %d, attempt %d", SEED, attempt)
          .isLessThan(MAX_ALLOCATED_BYTES + 8L * intact.length);
    }
    storage.replace(segment, file, intact);
    assertThat(refuses(segment, -1)).isFalse();
    return refused;
  }

  private boolean refuses(UUID segment, int attempt) {
    try {
      SegmentReader reader = SegmentReader.open(storage, segment);
      reader.rowIds(rowId -> {});
      if (reader.model().type().builder() == IndexType.Builder.FRESHET) {
        PartitionCursor cursor = reader.cursor(Runnable::run);
        while (cursor.next()) {
          assertThat(cursor.rows()).isPositive();
        }
      }
      return false;
    } catch (CorruptSegmentException e) {
      assertThat(e).hasMessageContaining(segment.toString());
      return true;
    } catch (IOException | RuntimeException e) {
      throw new AssertionError("seed " + SEED + ", attempt " + attempt, e);
    }
  }

  private void flip(byte[] content, int at) {
    content[at] ^= (byte) (1 << random.nextInt(8));
  }
}
