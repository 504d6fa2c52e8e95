package io.retromae.submit;

import io.retromae.core.config.SettingNames;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** What is wrong with a command line, in one line, with the nearest name that would be right. */
final class UsageProblem {
  /** Letters that may be missing, too many or others. */
  private static final int NEAR = 2;

  private UsageProblem() {}

  static String text(ParameterException failure) {
    if (failure instanceof UnmatchedArgumentException unmatched
        && !unmatched.getUnmatched().isEmpty()) {
      return unknown(unmatched.getCommandLine(), unmatched.getUnmatched().get(0));
    }
    return String.valueOf(failure.getMessage()).lines().findFirst().orElse("unknown");
  }

  private static String unknown(CommandLine command, String word) {
    CommandSpec spec = command.getCommandSpec();
    boolean atTop = spec.parent() == null;
    if (word.startsWith("-")) {
      String name = word.replaceFirst("=.*", "");
      List<String> options =
          spec.options().stream()
              .filter(option -> !option.hidden())
              .flatMap(option -> List.of(option.names()).stream())
              .toList();
      return name + ": no such option of " + spec.name() + meant(name, options);
    }
    return atTop
        ? word + ": no such command" + meant(word, command.getSubcommands().keySet())
        : word + ": " + spec.name() + " takes no further word; put an option before it";
  }

  private static String meant(String typed, Collection<String> known) {
    Optional<String> nearest = SettingNames.nearest(typed, known, NEAR);
    return nearest
        .map(name -> "; did you mean '" + name + "'?")
        .orElse("; there are: " + String.join(", ", known.stream().sorted().toList()));
  }
}
