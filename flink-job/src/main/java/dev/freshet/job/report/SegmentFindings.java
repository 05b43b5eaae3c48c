package dev.freshet.job.report;

import dev.freshet.lance.verify.EntryFindings;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** What was found in one segment, counted by kind. */
final class SegmentFindings implements EntryFindings {

  /** More than this share of the rows of a segment in a partition that is not the nearest. */
  private static final double GROSS = 0.5;

  private final UUID segment;
  final Examples missing;
  final Examples repeated;
  final Examples outside;
  final Examples dead;
  final Examples stale;
  final Examples misplaced;
  private long masked;
  private long compared;

  SegmentFindings(UUID segment, boolean stableRowIds) {
    this.segment = segment;
    this.missing = new Examples(stableRowIds);
    this.repeated = new Examples(stableRowIds);
    this.outside = new Examples(stableRowIds);
    this.dead = new Examples(stableRowIds);
    this.stale = new Examples(stableRowIds);
    this.misplaced = new Examples(stableRowIds);
  }

  /** Entries of rows that are gone, which Lance hides. */
  long masked() {
    return masked;
  }

  void addMasked(long entries) {
    masked += entries;
  }

  /** Entries whose code was compared with the present vector. */
  long compared() {
    return compared;
  }

  @Override
  public void compared(long entries) {
    compared += entries;
  }

  @Override
  public void misplaced(long rowId) {
    misplaced.add(rowId);
  }

  @Override
  public void stale(long rowId) {
    stale.add(rowId);
  }

  /** One line for each kind that makes the segment wrong. */
  List<String> violations() {
    List<String> lines = new ArrayList<>();
    add(lines, missing, "live rows of covered fragments are in no segment");
    add(lines, repeated, "live rows are in the segments more than once");
    add(lines, outside, "entries are of rows in fragments that the segment does not cover");
    add(lines, dead, "entries of rows that are gone take the places of answers");
    add(lines, stale, "entries are not of the present vectors of their rows");
    if (compared > 0 && misplaced.count() > GROSS * compared) {
      add(lines, misplaced, "entries are in a partition that is not their nearest");
    }
    return lines;
  }

  private void add(List<String> lines, Examples found, String what) {
    if (found.count() > 0) {
      lines.add(found.count() + " " + what + ": segment " + segment + ", " + found + Remedy.RUN);
    }
  }
}
