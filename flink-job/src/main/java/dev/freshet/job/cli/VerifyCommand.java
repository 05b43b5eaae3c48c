package dev.freshet.job.cli;

import dev.freshet.job.report.IndexVerification;
import dev.freshet.job.report.ScalarVerification;
import dev.freshet.lance.dataset.ArrowBudget;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.manifest.DatasetVersions;
import dev.freshet.lance.manifest.IndexCatalog;
import dev.freshet.lance.manifest.IndexSummary;
import dev.freshet.lance.read.VectorSearch;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Checks an index: exit code 1, and what is wrong, if it is not right. */
@Command(name = "verify", description = "Checks that an index is right, against its dataset.")
final class VerifyCommand implements Callable<Integer> {

  @Mixin DatasetArguments dataset;

  @Option(names = "--index", required = true, description = "Name of the index.")
  String index;

  @Option(
      names = "--queries",
      defaultValue = "100",
      description = "Queries that measure recall; default ${DEFAULT-VALUE}.")
  int queries;

  @Option(
      names = "--nprobes",
      defaultValue = "20",
      description = "Partitions probed by recallAt10; default ${DEFAULT-VALUE}.")
  int probes;

  @Option(
      names = "--refine",
      defaultValue = "1",
      description = "Candidates a neighbour compared exactly; default ${DEFAULT-VALUE}.")
  int refine;

  @Option(names = "--json", description = "Print one JSON object as the last line.")
  boolean json;

  @Spec CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    try (DatasetVersions versions = new DatasetVersions(dataset.location(), ArrowBudget.SAMPLE)) {
      Optional<ScalarVerification.Report> values = values(versions);
      if (values.isPresent()) {
        return print(values.get(), text(values.get()), values.get().ok());
      }
      IndexVerification.Report vectors =
          new IndexVerification(versions, dataset.indexStorage())
              .verify(index, queries, new VectorSearch.Effort(probes, refine));
      return print(vectors, text(vectors), vectors.ok());
    }
  }

  /** Of an index of values; empty if it is another. */
  private Optional<ScalarVerification.Report> values(DatasetVersions versions) throws IOException {
    try (DatasetHandle latest = versions.latest()) {
      Optional<IndexSummary> found =
          IndexCatalog.find(latest, index).filter(one -> one.scalarType().isPresent());
      return found.isPresent()
          ? Optional.of(
              new ScalarVerification(latest, found.get(), dataset.indexStorage()).verify())
          : Optional.empty();
    }
  }

  private int print(Object report, String text, boolean ok) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(json ? JsonLine.of(report) : text);
    return ok ? 0 : Freshet.FAILED;
  }

  private String text(ScalarVerification.Report report) {
    StringBuilder text = new StringBuilder();
    text.append("index          ").append(index).append('\n');
    text.append("rows           ").append(String.format("%,d", report.rows())).append('\n');
    text.append("indexed rows   ").append(String.format("%,d", report.indexedRows())).append('\n');
    text.append("segments       ").append(report.segments()).append('\n');
    report
        .violations()
        .forEach(violation -> text.append("WRONG          ").append(violation).append('\n'));
    return text.append(report.ok() ? "right" : "not right").toString();
  }

  private String text(IndexVerification.Report report) {
    StringBuilder text = new StringBuilder();
    text.append("index          ").append(index).append('\n');
    text.append("rows           ").append(String.format("%,d", report.rows())).append('\n');
    text.append("indexed rows   ").append(String.format("%,d", report.indexedRows())).append('\n');
    text.append("coverage       ")
        .append(String.format("%.2f %%", 100 * report.coverage()))
        .append('\n');
    text.append("segments       ").append(report.segments()).append('\n');
    text.append("recall@10      ")
        .append(String.format("%.3f", report.recallAt10FullProbe()))
        .append(" at full probe, ")
        .append(String.format("%.3f", report.recallAt10()))
        .append(" at " + probes + " probes\n");
    text.append("entries        ")
        .append(
            String.format(
                "%,d compared with their vectors, %,d of rows that are gone and hidden, %,d not in"
                    + " their nearest partition%n",
                report.comparedEntries(), report.maskedEntries(), report.misplacedEntries()));
    text.append("asked at once  ").append(String.format("%,d rows%n", report.askedRows()));
    report.notes().forEach(note -> text.append("note           ").append(note).append('\n'));
    report
        .violations()
        .forEach(violation -> text.append("WRONG          ").append(violation).append('\n'));
    return text.append(report.ok() ? "right" : "not right").toString();
  }
}
