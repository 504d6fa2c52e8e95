package io.retromae.training.pickle;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The names that a dictionary of tensors needs (torch/_utils.py, torch/serialization.py), and what
 * stands for what they make. No code is behind them.
 */
final class TorchNames {
  private static final String ONLY =
      "only dictionaries of tensors are read; save the model again with"
          + " save_pretrained(..., safe_serialization=True)";

  private static final int MAX_PAIRS = 1_000_000;
  private static final int MAX_DIMENSIONS = 16;

  private final Map<String, StorageRef> storages = new LinkedHashMap<>();
  private int pairs;

  /** What may be called. */
  private enum Function {
    ORDERED_DICT("collections", "OrderedDict"),
    SIZE("torch", "Size"),
    TENSOR("torch._utils", "_rebuild_tensor"),
    TENSOR_2("torch._utils", "_rebuild_tensor_v2"),
    PARAMETER("torch._utils", "_rebuild_parameter");

    private final String module;
    private final String function;

    Function(String module, String function) {
      this.module = module;
      this.function = function;
    }
  }

  /**
   * What a name stands for.
   *
   * @throws PickleException for every name that is not known
   */
  Object find(String module, String name) {
    for (Function function : Function.values()) {
      if (function.module.equals(module) && function.function.equals(name)) {
        return function;
      }
    }
    Optional<StorageType> storage =
        module.equals("torch") ? StorageType.named(name) : Optional.empty();
    return storage.orElseThrow(
        () ->
            new PickleException("asks for %s.%s: %s".formatted(shown(module), shown(name), ONLY)));
  }

  /** A name is a stranger's text. */
  private static String shown(String name) {
    String plain = name.replaceAll("[^A-Za-z0-9_.]", "?");
    return plain.length() > 80 ? plain.substring(0, 80) + "..." : plain;
  }

  /** What a persistent id names: {@code ('storage', type, key, device, size[, view])}. */
  StorageRef storage(List<Object> id) {
    if (id.size() < 5
        || !id.get(0).equals("storage")
        || !(id.get(1) instanceof StorageType type)
        || !(id.get(2) instanceof String key)
        || !(id.get(4) instanceof Long size)
        || size < 0) {
      throw new PickleException("names something that is no storage: " + ONLY);
    }
    Math.multiplyExact(size, (long) type.width());
    StorageRef whole = new StorageRef(key, type, size, 0, size);
    StorageRef known = storages.putIfAbsent(key, whole);
    if (known != null && !known.equals(whole)) {
      throw new PickleException("speaks of one storage in two ways");
    }
    return id.size() == 5 || id.get(5) == Unpickler.None.NONE
        ? whole
        : view(whole, Unpickler.tuple(id.get(5)));
  }

  /**
   * A part of a storage.
   *
   * @param view its own key, the first value it sees, and how many
   */
  private static StorageRef view(StorageRef whole, List<Object> view) {
    if (view.size() != 3
        || !(view.get(1) instanceof Long from)
        || !(view.get(2) instanceof Long length)
        || from < 0
        || length < 0
        || from > whole.size() - length) {
      throw new PickleException("sees more of a storage than it has");
    }
    return new StorageRef(whole.key(), whole.type(), whole.size(), from, length);
  }

  /** All storages named so far, whole, by key. */
  Map<String, StorageRef> storages() {
    return storages;
  }

  /** What a call makes. */
  Object call(Object function, List<Object> arguments) {
    if (!(function instanceof Function known)) {
      throw new PickleException("calls what is no function: " + ONLY);
    }
    return switch (known) {
      case ORDERED_DICT -> dictionary(arguments);
      case SIZE -> argument(arguments, 0, Unpickler.Tuple.class);
      case TENSOR, TENSOR_2 -> tensor(arguments);
      case PARAMETER -> argument(arguments, 0, StridedTensor.class);
    };
  }

  /** Python 2 gave the pairs along. */
  private Object dictionary(List<Object> arguments) {
    LinkedHashMap<Object, Object> map = new LinkedHashMap<>();
    if (!arguments.isEmpty()) {
      List<?> given = argument(arguments, 0, List.class);
      pairs = Math.addExact(pairs, given.size()); // a list may be given many times
      if (pairs > MAX_PAIRS) {
        throw new PickleException("has more than %,d pairs".formatted(MAX_PAIRS));
      }
      for (Object pair : given) {
        Unpickler.setAll(map, items(pair));
      }
    }
    return map;
  }

  private static List<Object> items(Object pair) {
    List<?> items = pair instanceof Unpickler.Tuple tuple ? tuple.items() : List.of();
    if (pair instanceof List<?> list) {
      items = list;
    }
    if (items.size() == 2) {
      return List.of(items.get(0), items.get(1));
    }
    throw new PickleException("has an ordered dictionary of what are no pairs");
  }

  private static StridedTensor tensor(List<Object> arguments) {
    return new StridedTensor(
        argument(arguments, 0, StorageRef.class),
        argument(arguments, 1, Long.class),
        numbers(argument(arguments, 2, Unpickler.Tuple.class).items()),
        numbers(argument(arguments, 3, Unpickler.Tuple.class).items()));
  }

  private static <T> T argument(List<Object> arguments, int index, Class<T> type) {
    if (index >= arguments.size() || !type.isInstance(arguments.get(index))) {
      throw new PickleException("calls a function with arguments that do not fit");
    }
    return type.cast(arguments.get(index));
  }

  private static long[] numbers(List<Object> values) {
    if (values.size() > MAX_DIMENSIONS || !values.stream().allMatch(Long.class::isInstance)) {
      throw new PickleException("has something else where the sizes of a tensor belong");
    }
    return values.stream().mapToLong(Long.class::cast).toArray();
  }
}
