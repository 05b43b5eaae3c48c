package dev.freshet.state.serde;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** One version of a type's format: its fields in order. Codecs are composed of codecs. */
public interface Codec<T> {

  void write(T value, BinaryWriter out);

  T read(BinaryReader in) throws IOException;

  /** Writes the fields. */
  interface Writer<T> {
    void write(T value, BinaryWriter out);
  }

  /** Reads the fields, in the same order. */
  interface Reader<T> {
    T read(BinaryReader in) throws IOException;
  }

  static <T> Codec<T> of(Writer<T> writer, Reader<T> reader) {
    return new Codec<>() {
      @Override
      public void write(T value, BinaryWriter out) {
        writer.write(value, out);
      }

      @Override
      public T read(BinaryReader in) throws IOException {
        return reader.read(in);
      }
    };
  }

  /** The number of elements, then the elements. */
  static <T> Codec<List<T>> listOf(Codec<T> element) {
    return of(
        (list, out) -> {
          out.writeNumber(list.size());
          list.forEach(value -> element.write(value, out));
        },
        in -> {
          int count = in.readCount();
          List<T> list = new ArrayList<>(count);
          for (int i = 0; i < count; i++) {
            list.add(element.read(in));
          }
          return list;
        });
  }
}
