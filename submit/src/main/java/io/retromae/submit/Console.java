package io.retromae.submit;

import io.retromae.core.config.Secrets;
import io.retromae.core.failure.ClusterException;
import io.retromae.core.failure.ConfigException;
import io.retromae.core.failure.CorruptDataException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;

/** What a person reads: the story on standard output, problems on standard error. */
final class Console {
  private final PrintStream out;
  private final PrintStream err;
  private boolean quiet;
  private boolean verbose;
  private String firstProblem = "";

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

  /** A line of the story. */
  void line(String text) {
    if (!quiet) {
      result(text);
    }
  }

  /** What was asked for. */
  synchronized void result(String text) {
    out.println(text.stripTrailing());
    out.flush();
  }

  /** What may not go well. */
  void warning(String text) {
    err.println("warning: " + Secrets.shown(text));
  }

  /** What went wrong. */
  void problem(String text) {
    String shown = Secrets.shown(text);
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
