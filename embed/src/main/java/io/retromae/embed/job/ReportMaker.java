package io.retromae.embed.job;

import java.util.List;
import java.util.Locale;

/** Adds up what reading and embedding have found; nothing is lost silently. */
final class ReportMaker {
  private final Scanned scanned;

  ReportMaker(Scanned scanned) {
    this.scanned = scanned;
  }

  /** The report of a run that ends without vectors. */
  EmbedReport refused(String why) {
    return report(why, new DuplicateIds(0, List.of()), List.of(), 0);
  }

  /**
   * The report of a whole run.
   *
   * @param seconds that this start has computed
   * @throws IllegalStateException if sums do not add up: a bug of ours
   */
  EmbedReport finished(DuplicateIds duplicates, List<EmbedJob.Embedded> units, double seconds) {
    long rows = units.stream().mapToLong(unit -> unit.receipt().rows()).sum();
    long absent = units.stream().mapToLong(unit -> unit.receipt().absent()).sum();
    if (rows != scanned.rows() || absent != scanned.absent()) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "the sums do not add up: %,d rows and %,d null were read, %,d and %,d written",
              scanned.rows(),
              scanned.absent(),
              rows,
              absent));
    }
    return report("", duplicates, units, seconds);
  }

  private EmbedReport report(
      String refused, DuplicateIds duplicates, List<EmbedJob.Embedded> units, double seconds) {
    List<EncodeTask.Receipt> all = units.stream().map(EmbedJob.Embedded::receipt).toList();
    List<EncodeTask.Receipt> now =
        units.stream().filter(unit -> !unit.earlier()).map(EmbedJob.Embedded::receipt).toList();
    long embedded = vectors(all);
    long cut = all.stream().mapToLong(EncodeTask.Receipt::cut).sum();
    boolean timed = !now.isEmpty() && seconds > 0;
    return new EmbedReport(
        refused,
        scanned.rows() + scanned.badRecords(),
        embedded,
        scanned.absent(),
        cut,
        embedded == 0 ? 0 : (double) cut / embedded,
        scanned.bad(),
        scanned.examples(),
        duplicates.rows(),
        duplicates.examples(),
        tokens(all),
        embedded - vectors(now),
        timed ? seconds : 0,
        timed ? vectors(now) / seconds : 0,
        timed ? tokens(now) / seconds : 0,
        EmbedReport.Tasks.of(all));
  }

  private static long vectors(List<EncodeTask.Receipt> receipts) {
    return receipts.stream().mapToLong(receipt -> receipt.rows() - receipt.absent()).sum();
  }

  private static long tokens(List<EncodeTask.Receipt> receipts) {
    return receipts.stream().mapToLong(EncodeTask.Receipt::tokens).sum();
  }
}
