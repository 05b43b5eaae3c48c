package dev.freshet.operators.train;

import dev.freshet.operators.options.StreamOptions;
import dev.freshet.state.model.IndexKind;
import dev.freshet.state.model.ModelReference;
import dev.freshet.vector.kernels.Kernels;
import dev.freshet.vector.quantizer.ModelError;
import dev.freshet.vector.quantizer.VectorBatch;
import java.io.IOException;
import java.util.OptionalDouble;

/**
 * Keeps how well a model fits the rows that are there when it is first met, if nobody has: of one
 * that others trained those that it has encoded, of one that was trained on very few rows all that
 * there are. Not thread-safe.
 */
final class FirstFit {

  private final boolean encodedHere;
  private final ModelStore store;
  private final ModelErrors errors;

  /** The model of which it is known. */
  private String measured = "";

  /** Some rows, read when they are needed. */
  @FunctionalInterface
  interface Rows {
    VectorBatch draw() throws IOException;
  }

  FirstFit(StreamOptions options, ModelStore store) {
    this.encodedHere = options.index().type().builder() == IndexKind.Builder.FRESHET;
    this.store = store;
    this.errors = ModelErrors.of(options);
  }

  /** Measures a model that has not been met before; nothing of one whose rows Lance encodes. */
  void keep(ModelReference model, Rows rows) throws IOException {
    if (!encodedHere || measured.equals(model.id())) {
      return;
    }
    if (errors.find(model.id()).isEmpty()) {
      OptionalDouble error = ModelError.of(store.load(model), Kernels.best(), rows.draw());
      if (error.isPresent()) {
        errors.put(model.id(), error.getAsDouble());
      }
    }
    measured = model.id();
  }
}
