package io.retromae.cluster;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A process that a test started: the lines it prints, as they come, and its exit code. */
public final class Child implements AutoCloseable {
  /** Nothing here takes this long unless it hangs. */
  private static final long LIMIT_SECONDS = 240;

  private final String name;
  private final Process process;
  private final Thread reader;
  private final List<String> lines = new ArrayList<>();
  private boolean ended;

  private Child(String name, Process process) {
    this.name = name;
    this.process = process;
    this.reader = new Thread(this::read, "output of " + name);
    reader.setDaemon(true);
    reader.start();
  }

  /** Starts a command; both its streams are read together. */
  public static Child start(
      String name, Path folder, Map<String, String> environment, List<String> command)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    builder.environment().putAll(environment);
    return new Child(name, builder.start());
  }

  private void read() {
    try (BufferedReader in = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        add(line);
      }
    } catch (IOException e) {
      add("(its output could not be read on: " + e.getMessage() + ")");
    }
    synchronized (lines) {
      ended = true;
      lines.notifyAll();
    }
  }

  private void add(String line) {
    synchronized (lines) {
      lines.add(line);
      lines.notifyAll();
    }
  }

  /**
   * Waits for a line that holds the pattern, earlier ones included.
   *
   * @return what it matched
   * @throws AssertionError with all output if the process ends without it, or in time comes none
   */
  public Matcher await(String pattern) throws InterruptedException {
    Pattern wanted = Pattern.compile(pattern);
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
    synchronized (lines) {
      for (int next = 0; ; next++) {
        while (next == lines.size() && !ended && System.nanoTime() < deadline) {
          TimeUnit.NANOSECONDS.timedWait(lines, deadline - System.nanoTime());
        }
        if (next == lines.size()) {
          throw new AssertionError("%s: no line has '%s':%n%s".formatted(name, pattern, output()));
        }
        Matcher found = wanted.matcher(lines.get(next));
        if (found.find()) {
          return found;
        }
      }
    }
  }

  /** Waits for its end; returns the exit code. */
  public int exitCode() throws InterruptedException {
    if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("%s: does not end:%n%s".formatted(name, output()));
    }
    reader.join(TimeUnit.SECONDS.toMillis(LIMIT_SECONDS));
    return process.exitValue();
  }

  /** Waits for its end, which has to be a good one; returns itself. */
  public Child done() throws InterruptedException {
    int code = exitCode();
    if (code != 0) {
      throw new AssertionError("%s: exit %d:%n%s".formatted(name, code, output()));
    }
    return this;
  }

  /** The lines so far. */
  public List<String> lines() {
    synchronized (lines) {
      return List.copyOf(lines);
    }
  }

  /** The lines so far that hold some text. */
  public List<String> linesWith(String text) {
    return lines().stream().filter(line -> line.contains(text)).toList();
  }

  /** All output so far. */
  public String output() {
    return String.join("\n", lines());
  }

  /** Sends a signal, such as TERM. */
  public void signal(String signal) throws IOException, InterruptedException {
    signal(process.toHandle(), signal);
  }

  /** Sends a signal to a process, such as KILL. */
  public static void signal(ProcessHandle to, String signal)
      throws IOException, InterruptedException {
    int code =
        new ProcessBuilder("kill", "-" + signal, Long.toString(to.pid()))
            .inheritIO()
            .start()
            .waitFor();
    if (code != 0) {
      throw new AssertionError("kill -%s %d: exit %d".formatted(signal, to.pid(), code));
    }
  }

  /** A process that it started, or one of those did, with some text in its command line. */
  public Optional<ProcessHandle> descendant(String text) {
    return process
        .descendants()
        .filter(child -> child.info().commandLine().orElse("").contains(text))
        .findFirst();
  }

  /** Whether it runs. */
  public boolean alive() {
    return process.isAlive();
  }

  /** Ends it and what it started, at once. */
  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    process.onExit().join();
  }
}
