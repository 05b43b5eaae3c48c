package dev.freshet.sql.search;

import dev.freshet.operators.lance.DatasetLocation;
import dev.freshet.operators.lance.NeighbourScan;
import dev.freshet.operators.lance.VectorQuery;
import dev.freshet.operators.options.FreshetOptions;
import dev.freshet.state.model.Metric;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.types.logical.FloatType;
import org.apache.flink.table.types.logical.RowType;

/**
 * A search as it is planned. Serializable only because it is shipped to the task managers.
 *
 * @param rows the columns to return beside the score
 * @param column that is searched
 * @param options the table's
 */
record SearchSettings(DatasetLocation location, RowType rows, String column, Configuration options)
    implements Serializable {

  SearchSettings {
    for (ConfigOption<Integer> option :
        List.of(
            SearchOptions.PROBES, SearchOptions.REFINE, SearchOptions.EF, SearchOptions.THREADS)) {
      if (options.getOptional(option).filter(value -> value < 1).isPresent()) {
        throw new ValidationException("Option " + option.key() + " must be at least 1");
      }
    }
  }

  VectorQuery query() {
    return new VectorQuery(
        column,
        options.getOptional(FreshetOptions.INDEX_METRIC).map(Metric::parse),
        options.getOptional(SearchOptions.PROBES),
        options.getOptional(SearchOptions.REFINE),
        options.getOptional(SearchOptions.EF),
        options.get(SearchOptions.EXACT),
        options.getOptional(SearchOptions.PREFILTER));
  }

  /** The columns and the distance, as Lance returns them. */
  RowType found() {
    List<RowType.RowField> fields = new ArrayList<>(rows.getFields());
    fields.add(new RowType.RowField(NeighbourScan.DISTANCE, new FloatType()));
    return new RowType(fields);
  }
}
