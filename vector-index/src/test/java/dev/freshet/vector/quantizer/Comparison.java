package dev.freshet.vector.quantizer;

import dev.freshet.state.model.Metric;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Compares partitions and codes with Lance's; where they differ, both choices must be as near. */
final class Comparison {
  /** Two distances that differ by less than this part of them are a tie. */
  private static final double TIE = 1e-5;

  private final IvfModel model;
  private final VectorBatch batch;
  private final List<String> wrong = new ArrayList<>();
  private int compared;
  private int ties;

  Comparison(IvfModel model, VectorBatch batch) {
    this.model = model;
    this.batch = batch;
  }

  void compare(EncodedBlock ours, int i, LanceSegment.Row theirs) {
    int row = (int) ours.rowIds()[i];
    double[] vector = vector(row);
    int partition = ours.partitions()[i];
    if (partition != theirs.partition()) {
      compared++;
      judge(
          "partition of row " + row,
          distance(vector, 0, model.centroids(), partition, model.dimension(), model.metric()),
          distance(
              vector, 0, model.centroids(), theirs.partition(), model.dimension(), model.metric()));
      return;
    }
    int codeBytes = model.codeBytes();
    byte[] code = Arrays.copyOfRange(ours.codes(), i * codeBytes, (i + 1) * codeBytes);
    if (model.quantizer() instanceof Quantizer.Product pq) {
      compareEntries(row, vector, partition, pq, code, theirs.code());
    } else {
      compared++;
      if (!Arrays.equals(code, theirs.code())) {
        wrong.add("code of row " + row);
      }
    }
  }

  private void compareEntries(
      int row, double[] vector, int partition, Quantizer.Product pq, byte[] ours, byte[] theirs) {
    if (squaredNorm(vector) > Float.MAX_VALUE) {
      return; // Lance's distances overflow: the code means nothing
    }
    for (int d = 0; d < vector.length && Residuals.used(model.metric()); d++) {
      vector[d] -= model.centroids()[partition * vector.length + d];
    }
    int length = vector.length / pq.subVectors();
    for (int s = 0; s < pq.subVectors(); s++) {
      compared++;
      int our = entry(ours, s, pq.bits());
      int their = entry(theirs, s, pq.bits());
      if (our != their) {
        int first = s * pq.entries();
        judge(
            "sub-vector " + s + " of row " + row,
            distance(vector, s * length, pq.codebook(), first + our, length, Metric.L2),
            distance(vector, s * length, pq.codebook(), first + their, length, Metric.L2));
      }
    }
  }

  private static int entry(byte[] code, int subVector, int bits) {
    return bits == 8 ? code[subVector] & 0xff : (code[subVector / 2] >> (subVector % 2 * 4)) & 0xf;
  }

  private void judge(String what, double ours, double theirs) {
    if (Math.abs(ours - theirs) <= TIE * Math.max(Math.abs(ours), Math.abs(theirs))
        || Math.min(ours, theirs) > Float.MAX_VALUE) {
      ties++;
    } else {
      wrong.add(what + ": " + ours + " is not as near as " + theirs);
    }
  }

  private double[] vector(int row) {
    int dimension = model.dimension();
    double[] vector = new double[dimension];
    for (int d = 0; d < dimension; d++) {
      vector[d] = batch.vectors()[row * dimension + d];
    }
    if (model.metric() == Metric.COSINE) {
      double norm = Math.sqrt(squaredNorm(vector));
      for (int d = 0; d < dimension; d++) {
        vector[d] /= norm;
      }
    }
    return vector;
  }

  private static double squaredNorm(double[] vector) {
    return Arrays.stream(vector).map(v -> v * v).sum();
  }

  private static double distance(
      double[] vector, int at, float[] centroids, int centroid, int length, Metric metric) {
    double sum = 0;
    for (int d = 0; d < length; d++) {
      double x = vector[at + d];
      double c = centroids[centroid * length + d];
      sum += metric == Metric.DOT ? x * c : (x - c) * (x - c);
    }
    return metric == Metric.DOT ? 1 - sum : sum;
  }

  List<String> wrong() {
    return wrong;
  }

  int compared() {
    return compared;
  }

  int ties() {
    return ties;
  }
}
