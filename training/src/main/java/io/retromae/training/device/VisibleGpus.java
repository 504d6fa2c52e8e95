package io.retromae.training.device;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The GPUs that CUDA shows to this process.
 *
 * @param count how many the engine counts; their indices are 0 to count - 1
 * @param names the entries of {@code CUDA_VISIBLE_DEVICES} in their order, which is that of the
 *     indices; empty where it is not set
 */
record VisibleGpus(int count, List<String> names) {
  private static final String VARIABLE = "CUDA_VISIBLE_DEVICES";

  VisibleGpus {
    names = List.copyOf(names);
  }

  /** What an environment makes of the GPUs that the engine counts. */
  static VisibleGpus of(int count, Map<String, String> environment) {
    List<String> names =
        Arrays.stream(environment.getOrDefault(VARIABLE, "").split(","))
            .map(String::strip)
            .filter(name -> !name.isEmpty())
            .toList();
    return new VisibleGpus(count, names);
  }

  /** How others know the device of an index. */
  String name(int index) {
    return index < names.size() ? names.get(index) : Integer.toString(index);
  }
}
