package io.retromae.training.mlflow;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.retromae.core.config.Secrets;
import io.retromae.core.storage.Storage;
import io.retromae.training.metrics.MetricsLog;
import io.retromae.training.metrics.RunDescription;
import io.retromae.training.metrics.Tracker;
import io.retromae.training.settings.MlflowSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A run's rows for an MLflow server, sent by a thread of its own. Nothing is buffered twice: the
 * thread reads {@link MetricsLog}, which has all rows of the run, from where the server has them.
 * So rows that could not be sent are sent when the server is back, or by the next start of the run.
 */
public final class MlflowTracker implements Tracker {
  /** What goes to the server at the end, by path in the run's folder. */
  private static final List<String> ARTIFACTS =
      List.of("report/report.html", "export/README.md", "config.yaml");

  private static final int ROWS_AT_ONCE = 100;
  private static final Duration FOREVER = Duration.ofDays(365);

  /** An interrupted request or file ends at once; the end of a run waits no longer for either. */
  private static final long LEAVE_MILLIS = 5_000;

  private final MlflowSettings settings;
  private final MetricsLog log;
  private final Consumer<String> console;
  private final Pace pace;
  private final RunOpening opening;
  private final Thread thread = new Thread(this::work, "mlflow");
  private volatile boolean whole;
  private final CountDownLatch leaves = new CountDownLatch(1);

  // Of the thread alone.
  private Optional<MlflowRun> run = Optional.empty();
  private Optional<End> seen = Optional.empty();
  private Duration pause;
  private String place = "";
  private final LeftOut leftOut = new LeftOut(this::refused);

  // Guarded by this.
  private int next;
  private boolean known;
  private boolean news = true;
  private boolean rewound;
  private Optional<End> end = Optional.empty();
  private boolean failing;
  private String reason = "";

  /**
   * How fast it goes.
   *
   * @param answer the longest wait for an answer
   * @param between requests with rows, so that a fast run makes few
   * @param firstRetry pause after a failure, doubled by each that follows
   * @param lastRetry the longest pause
   */
  record Pace(Duration answer, Duration between, Duration firstRetry, Duration lastRetry) {
    static final Pace USUAL =
        new Pace(
            Duration.ofSeconds(20),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            Duration.ofMinutes(1));
  }

  private MlflowTracker(
      MlflowSettings settings,
      RunOpening opening,
      MetricsLog log,
      Consumer<String> console,
      Pace pace) {
    this.settings = settings;
    this.opening = opening;
    this.log = log;
    this.console = console;
    this.pace = pace;
    this.pause = pace.firstRetry();
    thread.setDaemon(true);
  }

  /**
   * Begins to track a run.
   *
   * @param settings whose address is given
   * @param environment the process's: MLflow's variables in it tell who writes
   * @param log which has the rows that this tracker is told of
   * @param console told in a line each where the run is, that the server fails, that it is back,
   *     and what was not sent
   */
  public static MlflowTracker start(
      MlflowSettings settings,
      Map<String, String> environment,
      Storage storage,
      RunDescription description,
      MetricsLog log,
      Consumer<String> console) {
    return start(settings, environment, storage, description, log, console, Pace.USUAL);
  }

  static MlflowTracker start(
      MlflowSettings settings,
      Map<String, String> environment,
      Storage storage,
      RunDescription description,
      MetricsLog log,
      Consumer<String> console,
      Pace pace) {
    MlflowServer server =
        new MlflowServer(settings.uri().orElseThrow(), environment, pace.answer());
    RunOpening opening = new RunOpening(storage, settings, description, server);
    MlflowTracker tracker = new MlflowTracker(settings, opening, log, console, pace);
    tracker.thread.start();
    return tracker;
  }

  @Override
  public synchronized void add(ObjectNode line) {
    wake();
  }

  @Override
  public synchronized void rewindTo(long step) {
    rewound = true; // lines have gone, and the next ones have other places
    wake();
  }

  @Override
  public void publish() {
    // rows are sent as they come
  }

  private synchronized void wake() {
    news = true;
    notifyAll();
  }

  /** Waits for the server, but not longer than the settings say. */
  @Override
  public void end(End how) {
    synchronized (this) {
      end = Optional.of(how);
      wake();
    }
    boolean left = false;
    try {
      left = leaves.await(settings.finishTimeoutSeconds(), TimeUnit.SECONDS);
      thread.interrupt();
      thread.join(LEAVE_MILLIS); // it may have begun a file of the run's folder
    } catch (InterruptedException e) {
      thread.interrupt();
      Thread.currentThread().interrupt();
    }
    if (!left || !whole) {
      console.accept(unsent());
    }
  }

  private synchronized String unsent() {
    MetricsLog.Rest rest = log.rest(next);
    String what =
        rest.rows() == 0 ? "0" : "%d from_step=%d".formatted(rest.rows(), rest.firstStep());
    return "event=mlflow_unsent rows=%s reason=\"%s\"; metrics.jsonl has all of it, and the same command sends what is missing"
        .formatted(
            known ? what : "all", // what it has of earlier starts is not known
            reason.isEmpty() ? "the server is slow" : reason);
  }

  private void work() {
    try {
      while (!whole) {
        whole = attempt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the run has left
    } finally {
      leaves.countDown();
    }
  }

  /** Whether all is sent, and no more will come. */
  private boolean attempt() throws InterruptedException {
    try {
      send();
      succeeded();
      if (seen.isEmpty()) {
        sleep(pace.between(), false);
        sleep(FOREVER, true);
        return false;
      }
      return true;
    } catch (IOException | RuntimeException e) { // whatever it is, the training is worth more
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      run = Optional.empty(); // what the server has by now is asked again
      sleep(failed(e), false);
      return false;
    }
  }

  private void send() throws IOException {
    begin();
    MlflowRun open = run.isPresent() ? run.get() : open();
    MetricsLog.Rows rows = rows();
    while (!rows.rows().isEmpty()) {
      open.metrics(rows.rows());
      sent(rows);
      rows = rows();
    }
    if (seen.isPresent()) {
      finish(open, seen.get());
    }
  }

  /** What came before is sent in this turn. */
  private synchronized void begin() {
    news = false;
    seen = end;
  }

  private synchronized MetricsLog.Rows rows() {
    next = rewound ? 0 : next;
    rewound = false;
    return log.rows(next, ROWS_AT_ONCE);
  }

  private synchronized void sent(MetricsLog.Rows rows) {
    next = rows.next();
  }

  private MlflowRun open() throws IOException {
    MlflowRun opened = opening.open(leftOut);
    int cut = opened.parameters(opening.description().values());
    upload(opened, "config.yaml", opening.description().yaml().getBytes(UTF_8));
    run = Optional.of(opened);
    startOver();
    if (!place.equals(opened.words())) {
      place = opened.words();
      describe(opened, cut);
    }
    return opened;
  }

  /** Rows that the server has are left out when they come again. */
  private synchronized void startOver() {
    next = 0;
    known = true;
  }

  private void describe(MlflowRun opened, int cut) {
    console.accept("mlflow   " + place);
    if (cut > 0) {
      console.accept(
          "mlflow   %d settings are longer than MLflow's %,d characters and cut there; config.yaml has them whole"
              .formatted(cut, MlflowRun.VALUE_LENGTH));
    }
    if (!opened.takesArtifacts()) {
      console.accept(
          "mlflow   its server keeps files in %s itself (start it with --serve-artifacts): report, model card and config.yaml stay in the run's folder"
              .formatted(opened.store()));
    }
  }

  private static void upload(MlflowRun run, String path, byte[] content) throws IOException {
    if (run.takesArtifacts()) {
      run.artifact(path, content);
    }
  }

  private void finish(MlflowRun open, End how) throws IOException {
    for (String path : ARTIFACTS) {
      Optional<byte[]> content =
          opening.storage().readIfThere(opening.description().folder() + "/" + path);
      if (content.isPresent()) {
        upload(open, path, content.get());
      }
    }
    open.status(
        switch (how) {
          case FINISHED -> "FINISHED";
          case STOPPED -> "KILLED";
          case FAILED -> "FAILED";
        });
    if (leftOut.count() > 1) {
      console.accept(
          "event=mlflow_left_out entries=%d names=\"%s\"; metrics.jsonl has them, and a later start tries again"
              .formatted(leftOut.count(), leftOut.words()));
    }
  }

  private void refused(MlflowRefusal refusal) {
    console.accept(
        "event=mlflow_refused reason=\"%s\"; training goes on without it"
            .formatted(refusal.getMessage()));
  }

  private synchronized void succeeded() {
    if (failing) {
      console.accept("event=mlflow_back; all that was missing is sent");
    }
    failing = false;
    reason = "";
    pause = pace.firstRetry();
  }

  /** Says the first failure of several in a row; the pause that is due. */
  private synchronized Duration failed(Exception failure) {
    reason = Secrets.shown(String.valueOf(failure.getMessage()));
    if (!failing) {
      console.accept(
          "event=mlflow_failed reason=\"%s\"; training goes on, what is missing is sent later"
              .formatted(reason));
    }
    failing = true;
    Duration due = end.isPresent() ? pace.firstRetry() : pause; // the run waits, too
    Duration doubled = pause.multipliedBy(2);
    pause = doubled.compareTo(pace.lastRetry()) < 0 ? doubled : pace.lastRetry();
    return due;
  }

  /** Until the time is over, or the run ends, or, if asked, there is news. */
  private synchronized void sleep(Duration time, boolean forNews) throws InterruptedException {
    long until = System.nanoTime() + time.toNanos();
    long left = time.toNanos();
    while (left > 0 && end.equals(seen) && !(forNews && news)) {
      TimeUnit.NANOSECONDS.timedWait(this, left);
      left = until - System.nanoTime();
    }
  }
}
