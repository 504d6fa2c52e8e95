package io.retromae.submit;

import io.retromae.core.config.ConfigLoader;
import io.retromae.core.failure.ConfigException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Parameters;

/**
 * MODEL and OUT, the short form of commands that make something of inputs by a model; the argument
 * between the two is the command's own.
 */
abstract class ModelCommand extends SparkCommand {
  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "MODEL",
      description = "Folder of the model, the setting model.")
  private Optional<String> model = Optional.empty();

  @Parameters(
      index = "2",
      arity = "0..1",
      paramLabel = "OUT",
      description = "Folder to write, the setting output.")
  private Optional<String> target = Optional.empty();

  ModelCommand(Console console) {
    super(console);
  }

  /**
   * The short form as assignments of settings.
   *
   * @param input the argument between the two
   * @param inputs the setting inputs, with %s for it
   * @param usage the command with its arguments
   * @throws ConfigException if some are given, but not all
   */
  List<String> assignments(Optional<String> input, String inputs, String usage) {
    if (model.isPresent() && (input.isEmpty() || target.or(this::output).isEmpty())) {
      throw new ConfigException(
          usage + ": give all three, or the settings model, inputs and output");
    }
    List<String> assignments = new ArrayList<>();
    model.ifPresent(folder -> assignments.add("model=" + ConfigLoader.quoted(folder)));
    input.ifPresent(
        path ->
            assignments.add("inputs=[%s]".formatted(inputs.formatted(ConfigLoader.quoted(path)))));
    target.ifPresent(folder -> assignments.add("output=" + ConfigLoader.quoted(folder)));
    return assignments;
  }
}
