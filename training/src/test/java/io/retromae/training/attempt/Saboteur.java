package io.retromae.training.attempt;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the console of a run on a cluster, knows the processes of its workers and does them harm
 * after steps. Notes how long it took until the failure was reported and until the next step.
 */
public final class Saboteur implements RunConsole {
  private static final Pattern WORKER =
      Pattern.compile("event=worker rank=(\\d+) .*executor=(\\S+) pid=(\\d+)");
  private static final Pattern STEP = Pattern.compile("step=(\\d+) loss=.*");

  private final Deed deed;
  private final List<String> lines = new ArrayList<>();
  private final Map<Integer, Long> pids = new ConcurrentHashMap<>();
  private final Map<Integer, String> executors = new ConcurrentHashMap<>();
  private final List<Double> detected = new ArrayList<>();
  private final List<Double> restarted = new ArrayList<>();
  private final List<Long> paused = new ArrayList<>();
  private long done;
  private boolean reported = true;

  /** What to do after a step. */
  public interface Deed {
    /** Called for every logged step, again for those done again. */
    void after(long step, Saboteur by);
  }

  /** Does it after steps. */
  public Saboteur(Deed deed) {
    this.deed = deed;
  }

  @Override
  public synchronized void line(String text) {
    lines.add(text);
    Matcher worker = WORKER.matcher(text);
    if (worker.find()) {
      int rank = Integer.parseInt(worker.group(1));
      executors.put(rank, worker.group(2));
      pids.put(rank, Long.valueOf(worker.group(3)));
    }
    if (text.startsWith("event=executor_added")) {
      paused.forEach(pid -> signal("CONT", pid));
      paused.clear();
    }
    if (text.startsWith("event=failure") && !reported) {
      detected.add(secondsSinceDeed());
      reported = true;
    }
    Matcher step = STEP.matcher(text);
    if (step.matches()) {
      if (reported && restarted.size() < detected.size()) {
        restarted.add(secondsSinceDeed());
      }
      deed.after(Long.parseLong(step.group(1)), this);
    }
  }

  private double secondsSinceDeed() {
    return (System.nanoTime() - done) / 1e9;
  }

  private void begin() {
    done = System.nanoTime();
    reported = false;
  }

  /** Ends a worker's process as {@code kill -9} does. */
  public void kill(int rank) {
    begin();
    process(rank).destroyForcibly();
  }

  /** Halts a worker's process: it lives, and says nothing. */
  public void halt(int rank) {
    begin();
    signal("STOP", pids.get(rank));
  }

  /** Halts a worker's process until Spark has an executor more. */
  public void pauseUntilAnExecutorComes(int rank) {
    paused.add(pids.get(rank));
    signal("STOP", pids.get(rank));
  }

  /** Halts a worker's process for a while. */
  public void haltFor(int rank, int seconds) {
    long pid = pids.get(rank);
    try {
      new ProcessBuilder("kill", "-STOP", String.valueOf(pid)).start().waitFor();
      String later = "sleep %d; kill -CONT %d".formatted(seconds, pid);
      new ProcessBuilder("sh", "-c", later).start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void signal(String name, long pid) {
    try {
      new ProcessBuilder("kill", "-" + name, String.valueOf(pid)).start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public ProcessHandle process(int rank) {
    return ProcessHandle.of(pids.get(rank)).orElseThrow();
  }

  public String executor(int rank) {
    return executors.get(rank);
  }

  /** Whether everything done so far has been reported as a failure. */
  public synchronized boolean allReported() {
    return reported;
  }

  /** The lines so far that contain a text. */
  public synchronized List<String> linesWith(String text) {
    return lines.stream().filter(line -> line.contains(text)).toList();
  }

  public synchronized String times() {
    return "detected after %s s, next step after %s s".formatted(round(detected), round(restarted));
  }

  private static List<String> round(List<Double> seconds) {
    return seconds.stream().map("%.1f"::formatted).toList();
  }

  public synchronized String summary() {
    return "detected after %s s, next step after %s s"
        .formatted(spread(detected), spread(restarted));
  }

  private static String spread(List<Double> seconds) {
    DoubleSummaryStatistics all = seconds.stream().mapToDouble(s -> s).summaryStatistics();
    return "%.1f to %.1f (mean %.1f)".formatted(all.getMin(), all.getMax(), all.getAverage());
  }
}
