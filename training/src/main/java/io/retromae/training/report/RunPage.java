package io.retromae.training.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.retromae.core.config.ResolvedSetting;
import io.retromae.core.config.Secrets;
import io.retromae.core.page.Answer;
import io.retromae.core.page.Answer.Tone;
import io.retromae.core.page.Html;
import io.retromae.core.page.Mark;
import io.retromae.core.page.Page;
import io.retromae.core.page.Tile;
import io.retromae.training.checkpoint.CheckpointRef;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** The page of one run: three answers first, then what they rest on. */
final class RunPage {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private static final int RANKS_SHOWN = 16;
  private static final int WORKERS_SHOWN = 64;
  private static final int SOURCES_SHOWN = 200;

  private final Run run;
  private final Page page;
  private final Html body;

  private RunPage(Run run) {
    this.run = run;
    String kind = run.finetunes() ? "Fine-tuning" : "Pre-training";
    String at = TIME.format(run.now());
    this.page = new Page(kind + " run " + run.name(), run.path() + " \u00b7 as of " + at);
    this.body = page.body();
  }

  /** The whole page. */
  static String of(Run run) {
    RunPage made = new RunPage(run);
    List<Check> checks = Checks.of(run);
    made.overview(Overview.of(run, checks));
    Tile.add(made.body, Figures.of(run));
    made.checks(checks);
    made.charts();
    made.events();
    made.data();
    made.hardware();
    made.settings();
    return made.page.toString();
  }

  private void overview(Overview overview) {
    body.heading("Overview");
    List<String> what = overview.what();
    Answer.add(
        body,
        List.of(
            new Answer(
                "What was trained on what", Tone.PLAIN, what.get(0), what.subList(1, what.size())),
            new Answer("How it went", overview.tone(), overview.headline(), overview.how()),
            overview.next()));
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private void checks(List<Check> checks) {
    body.heading("Checks").raw("<ul class=\"checks\">\n");
    for (Check check : checks) {
      body.raw("<li class=\"" + lower(check.level()) + "\">").raw(Html.text(check.text()));
      body.raw("</li>\n");
    }
    body.raw("</ul>\n");
  }

  private void charts() {
    List<Mark> marks = new ArrayList<>();
    for (RunEvent event : run.metrics().events().kept()) {
      marks.add(new Mark(event.step(), event.seconds(), event.level(), event.text()));
    }
    RunCharts charts = new RunCharts(run, page.clock("", run.metrics().seconds().ends(), marks));
    body.heading("Losses");
    page.axisChoice();
    page.charts(charts.losses());
    body.heading("Evaluation");
    page.charts(charts.evaluation());
    body.heading("Optimizer");
    page.charts(charts.optimizer());
    body.heading("Speed and memory");
    page.charts(charts.speed());
    ranks();
    if (!charts.others().isEmpty()) {
      body.heading("Other figures");
      page.charts(charts.others());
    }
  }

  private void ranks() {
    RankSums ranks = run.metrics().ranks();
    if (ranks.ranks() < 2) {
      return;
    }
    body.subheading("Ranks", "mean milliseconds of the logged steps that it took part in");
    List<String> headings = new ArrayList<>(List.of("rank", "steps"));
    for (RankSums.Part part : RankSums.Part.values()) {
      headings.add(part.words());
    }
    headings.add("slowest in");
    headings.add("<");
    body.table(headings);
    List<Integer> order = new ArrayList<>();
    for (int rank = 0; rank < ranks.ranks(); rank++) {
      order.add(rank);
    }
    order.sort(
        (a, b) -> Double.compare(ranks.slowestShare(b), ranks.slowestShare(a))); // stable: by rank
    for (int rank : order.subList(0, Math.min(RANKS_SHOWN, order.size()))) {
      body.row().cell(Integer.toString(rank)).cell(ranks.steps(rank));
      for (RankSums.Part part : RankSums.Part.values()) {
        body.cell(String.format(Locale.ROOT, "%,.1f", ranks.mean(rank, part)));
      }
      body.cell(Words.percent(ranks.slowestShare(rank)));
      body.barCell(ranks.slowestShare(rank), false).endRow();
    }
    body.endTable();
    if (order.size() > RANKS_SHOWN) {
      body.note(
          String.format(
              Locale.ROOT, "%,d more ranks were slowest less often.", order.size() - RANKS_SHOWN));
    }
  }

  private void events() {
    body.heading("Events");
    List<RunEvent> events =
        run.metrics().events().kept().stream()
            .filter(event -> !event.name().equals("checkpoint"))
            .toList();
    long checkpoints = run.metrics().events().count("checkpoint");
    body.paragraph(
        "%s written; marked by ticks at the bottom of each chart. There now: %s."
            .formatted(
                Words.count(checkpoints, "checkpoint") + (checkpoints == 1 ? " was" : " were"),
                run.checkpoints().isEmpty() ? "none" : steps(run.checkpoints())));
    if (events.isEmpty()) {
      body.empty("Nothing else happened.");
      return;
    }
    body.table(List.of("after", "step", "<what"));
    for (RunEvent event : events) {
      body.row().cell(Words.time(event.seconds())).cell(event.step()).longCell(event.text());
      body.endRow();
    }
    body.endTable();
  }

  private static String steps(List<CheckpointRef> checkpoints) {
    List<String> steps =
        checkpoints.stream()
            .limit(20)
            .map(one -> String.format(Locale.ROOT, "%,d", one.state().step()))
            .toList();
    return "of steps " + String.join("; ", steps);
  }

  private void data() {
    body.heading("Data");
    List<DataUse> uses = DataUse.of(run);
    if (uses.isEmpty()) {
      body.empty("No data yet: the first checkpoint names the sources.");
      return;
    }
    boolean lines = run.finetunes();
    double tokens = run.metrics().tokens();
    body.table(
        List.of(
            "source",
            lines ? "lines" : "samples",
            "tokens",
            "weight",
            "share read",
            "<",
            "tokens seen"));
    double most = uses.get(0).share();
    for (DataUse use : uses.subList(0, Math.min(SOURCES_SHOWN, uses.size()))) {
      body.row().longCell(use.name()).cell(use.samples());
      body.cell(use.tokens() > 0 ? Words.many(use.tokens()) : Words.NONE);
      body.cell(String.format(Locale.ROOT, "%.2f", use.weight())).cell(Words.percent(use.share()));
      body.barCell(most > 0 ? use.share() / most : 0, false);
      body.cell("about " + Words.many(tokens * use.share())).endRow();
    }
    body.endTable();
    if (uses.size() > SOURCES_SHOWN) {
      body.note(String.format(Locale.ROOT, "%,d more sources.", uses.size() - SOURCES_SHOWN));
    }
    body.note(
        String.format(
            Locale.ROOT,
            "About %s tokens were read in %,d steps, special ones included. Tokens seen of a source: its share of them.",
            Words.many(tokens),
            run.metrics().step()));
    run.description()
        .filter(it -> !it.treatments().isEmpty())
        .ifPresent(
            it ->
                it.treatments()
                    .forEach(
                        (what, count) ->
                            body.note(
                                String.format(
                                    Locale.ROOT,
                                    "What reading did: %s, %,d lines.",
                                    what,
                                    count))));
  }

  private void hardware() {
    body.heading("Hardware");
    Collection<JsonNode> workers = run.metrics().events().workers().values();
    if (workers.isEmpty()) {
      body.empty("No data yet: no worker has come.");
      return;
    }
    workers(workers);
    Collection<JsonNode> gone = run.metrics().events().goneWorkers();
    if (!gone.isEmpty()) {
      body.subheading("Earlier workers", "of attempts before the last one");
      workers(gone);
    }
  }

  private void workers(Collection<JsonNode> workers) {
    body.table(List.of("rank", "<host", "<executor", "<device", "threads", "<engine"));
    workers.stream()
        .limit(WORKERS_SHOWN)
        .forEach(
            worker -> {
              body.row().cell(worker.path("rank").asText()).textCell(worker.path("host").asText());
              body.textCell(worker.path("executor").asText());
              body.textCell(worker.path("device").asText());
              body.cell(worker.path("threads").asLong()).textCell(Hardware.engine(worker)).endRow();
            });
    body.endTable();
    if (workers.size() > WORKERS_SHOWN) {
      body.note(String.format(Locale.ROOT, "%,d more workers.", workers.size() - WORKERS_SHOWN));
    }
  }

  private void settings() {
    body.heading("Settings");
    if (run.settings().isEmpty()) {
      body.empty("config.yaml is not there.");
      return;
    }
    List<ResolvedSetting> given = new ArrayList<>();
    List<ResolvedSetting> left = new ArrayList<>();
    for (ResolvedSetting setting : run.settings()) {
      (setting.origin().equals("default") ? left : given).add(setting);
    }
    settings(given);
    body.openDetails(String.format(Locale.ROOT, "%,d settings have their defaults", left.size()));
    settings(left);
    body.endDetails();
    run.metrics().events().start().ifPresent(this::startLines);
  }

  private void settings(List<ResolvedSetting> settings) {
    body.table(List.of("setting", "<value", "<from"));
    for (ResolvedSetting one : settings) {
      body.row().cell(one.path()).longCell(Secrets.shown(one.path(), one.value()));
      body.textCell(one.origin()).endRow();
    }
    body.endTable();
  }

  private void startLines(JsonNode start) {
    body.openDetails("What the job said at its start").raw("<pre><code>");
    start.path("lines").forEach(line -> body.raw(Html.text(line.asText())).raw("\n"));
    body.raw("</code></pre>").endDetails();
  }
}
