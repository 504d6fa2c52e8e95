package io.retromae.submit;

import io.retromae.core.config.Secrets;
import io.retromae.core.display.Displayed;
import io.retromae.core.failure.ClusterException;
import io.retromae.core.failure.ConfigException;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.training.attempt.RunConsole;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;

/**
 * What a person reads: the story on standard output, problems on standard error. On a terminal the
 * last line shows how far the work is, in place.
 */
final class Console {
  private static final Duration BETWEEN_PROGRESS = Duration.ofSeconds(30);
  private static final String ERASE_LINE = "\r\033[K";

  private final PrintStream out;
  private final PrintStream err;
  private boolean quiet;
  private boolean verbose;
  private String firstProblem = "";
  private int columns;
  private boolean progressShown;
  private long lastProgress = System.nanoTime();

  Console(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  /** Leaves out everything but results and problems. */
  void beQuiet() {
    quiet = true;
  }

  /** Shows stack traces of problems. */
  void beVerbose() {
    verbose = true;
  }

  /**
   * Standard output is a terminal.
   *
   * @param width columns of it
   */
  void showOnTerminal(int width) {
    columns = width;
  }

  /** Where a run of training tells its story. */
  RunConsole run() {
    return new RunConsole() {
      @Override
      public void line(String text) {
        Console.this.line(text);
      }

      @Override
      public void progress(String text) {
        Console.this.progress(text);
      }

      @Override
      public boolean brief() {
        return columns > 0 && !verbose;
      }
    };
  }

  /**
   * How far the work is: on a terminal in place of what was shown before, elsewhere a line now and
   * then.
   */
  synchronized void progress(String text) {
    if (quiet) {
      return;
    }
    String line = Displayed.line(text);
    if (columns > 0) {
      out.print(ERASE_LINE + line.substring(0, Math.min(line.length(), columns - 1)));
      out.flush();
      progressShown = true;
    } else if (System.nanoTime() - lastProgress >= BETWEEN_PROGRESS.toNanos()) {
      out.println(line);
      lastProgress = System.nanoTime();
    }
  }

  private synchronized void eraseProgress() {
    if (progressShown) {
      out.print(ERASE_LINE);
      out.flush();
      progressShown = false;
    }
  }

  /** A line of the story. */
  void line(String text) {
    if (!quiet) {
      result(Displayed.line(text));
    }
  }

  /** What was asked for; may have several lines. */
  synchronized void result(String text) {
    eraseProgress();
    out.println(Displayed.lines(text.stripTrailing()));
    out.flush();
  }

  /** What may not go well. */
  void warning(String text) {
    eraseProgress();
    err.println("warning: " + Displayed.line(Secrets.shown(text)));
  }

  /** What went wrong. */
  void problem(String text) {
    String shown = Displayed.line(Secrets.shown(text));
    eraseProgress();
    err.println(shown);
    if (firstProblem.isEmpty()) {
      firstProblem = shown;
    }
  }

  /** The first of the problems, for whoever cannot see standard error; empty if there was none. */
  String firstProblem() {
    return firstProblem;
  }

  /** One clear message; a stack trace only for bugs and with -v. */
  int failure(Throwable failure) {
    if (failure instanceof ConfigException config) {
      config.problems().forEach(this::problem);
    } else if (failure instanceof CorruptDataException data) {
      data.problems().forEach(this::problem);
    } else {
      problem(failure.getMessage() == null ? failure.toString() : failure.getMessage());
    }
    int code = code(failure);
    if (verbose || code == ExitCode.BUG) {
      StringWriter trace = new StringWriter();
      failure.printStackTrace(new PrintWriter(trace, true));
      err.print(Secrets.shown(trace.toString()));
      err.flush();
    }
    return code;
  }

  private static int code(Throwable failure) {
    if (failure instanceof ConfigException) {
      return ExitCode.USAGE;
    }
    if (failure instanceof CorruptDataException) {
      return ExitCode.DATA;
    }
    return failure instanceof ClusterException ? ExitCode.CLUSTER : ExitCode.BUG;
  }
}
