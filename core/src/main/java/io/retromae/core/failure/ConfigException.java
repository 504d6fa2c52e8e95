package io.retromae.core.failure;

import java.util.List;

/** Settings or arguments the user has to mend; carries all problems found, not only the first. */
public final class ConfigException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final List<String> problems;

  /** One problem. */
  public ConfigException(String problem) {
    this(List.of(problem));
  }

  /** One problem with its cause. */
  public ConfigException(String problem, Throwable cause) {
    super(problem, cause);
    this.problems = List.of(problem);
  }

  /**
   * All problems at once, in the order of the file.
   *
   * @param problems at least one message
   */
  public ConfigException(List<String> problems) {
    super(String.join(System.lineSeparator(), problems));
    this.problems = List.copyOf(problems);
  }

  /** The problems, one message each. */
  public List<String> problems() {
    return problems;
  }
}
