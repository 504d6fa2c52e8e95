package io.retromae.submit;

import java.lang.reflect.InvocationTargetException;

/** Whether somebody watches: then progress is shown in place, which a log file could not show. */
final class Terminal {
  private Terminal() {}

  /** Whether standard input and output are a terminal that can go back in a line. */
  static boolean isWatched() {
    java.io.Console console = System.console();
    return console != null
        && isTerminal(java.io.Console.class, console)
        && !"dumb".equals(System.getenv("TERM"))
        && System.getenv("CI") == null;
  }

  /**
   * Java 22 to 24 have a console where output is redirected, too, and tell by {@code isTerminal()}.
   * Before there was none then, and no such method; Java 25 has the method, too.
   */
  static boolean isTerminal(Class<?> type, Object console) {
    try {
      return (boolean) type.getMethod("isTerminal").invoke(console);
    } catch (NoSuchMethodException e) {
      return true;
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException(type + ": isTerminal() cannot be called", e);
    }
  }
}
