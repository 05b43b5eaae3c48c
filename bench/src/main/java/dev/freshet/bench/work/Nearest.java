package dev.freshet.bench.work;

import dev.freshet.vector.quantizer.VectorBatch;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** The rows that are nearest to a vector by squared euclidean distance, among those looked at. */
final class Nearest {

  private record Neighbour(float distance, long rowId) {}

  private final float[] vector;
  private final int k;
  private final PriorityQueue<Neighbour> farthestFirst =
      new PriorityQueue<>(Comparator.comparing(Neighbour::distance).reversed());

  Nearest(float[] vector, int k) {
    this.vector = vector;
    this.k = k;
  }

  /** Looks at more rows. */
  void look(VectorBatch batch) {
    for (int row = 0; row < batch.rows(); row++) {
      float distance = distance(batch.vectors(), row * vector.length);
      if (farthestFirst.size() < k || distance < farthestFirst.element().distance()) {
        farthestFirst.add(new Neighbour(distance, batch.rowIds()[row]));
        if (farthestFirst.size() > k) {
          farthestFirst.remove();
        }
      }
    }
  }

  /** The nearest first. */
  List<Long> rowIds() {
    return farthestFirst.stream()
        .sorted(Comparator.comparing(Neighbour::distance))
        .map(Neighbour::rowId)
        .toList();
  }

  /** With four sums, as one would wait for each addition. */
  private float distance(float[] vectors, int from) {
    float a = 0;
    float b = 0;
    float c = 0;
    float e = 0;
    int d = 0;
    for (; d + 4 <= vector.length; d += 4) {
      a += square(vectors[from + d] - vector[d]);
      b += square(vectors[from + d + 1] - vector[d + 1]);
      c += square(vectors[from + d + 2] - vector[d + 2]);
      e += square(vectors[from + d + 3] - vector[d + 3]);
    }
    for (; d < vector.length; d++) {
      a += square(vectors[from + d] - vector[d]);
    }
    return a + b + c + e;
  }

  private static float square(float value) {
    return value * value;
  }
}
