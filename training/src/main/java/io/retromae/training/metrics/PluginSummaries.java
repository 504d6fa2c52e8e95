package io.retromae.training.metrics;

import java.util.Map;
import java.util.regex.Pattern;

/**
 * Values of a {@code tensorflow.Summary} that plugins of TensorBoard show: texts, and settings as
 * hyperparameters. Field numbers are those of TensorBoard's summary.proto, tensor.proto and
 * hparams/plugin_data.proto.
 */
final class PluginSummaries {
  private static final int DATA_CLASS_TENSOR = 2;
  private static final int FLOAT = 1;
  private static final int STRING = 7;
  private static final int STATUS_SUCCESS = 1;
  private static final Pattern NUMBER =
      Pattern.compile("[-+]?\\d[\\d_]*(\\.\\d*)?([eE][-+]?\\d+)?");

  private PluginSummaries() {}

  /**
   * A text under a tag.
   *
   * @param markdown what is shown
   */
  static Protobuf text(String tag, String markdown) {
    Protobuf scalar = new Protobuf(); // no dimension
    Protobuf tensor = new Protobuf().varint(1, STRING).message(2, scalar).text(8, markdown);
    return value(tag, tensor, new Protobuf().text(1, "text"));
  }

  /**
   * The hyperparameters of a run.
   *
   * @param settings values in YAML's spelling
   */
  static Protobuf sessionStart(Map<String, String> settings, String group, double seconds) {
    Protobuf start = new Protobuf();
    settings.forEach(
        (path, value) -> start.message(1, new Protobuf().text(1, path).message(2, json(value))));
    start.text(4, group).float64(5, seconds);
    return hparams("_hparams_/session_start_info", new Protobuf().message(3, start));
  }

  /** That a run came to its end. */
  static Protobuf sessionEnd(double seconds) {
    Protobuf end = new Protobuf().varint(1, STATUS_SUCCESS).float64(2, seconds);
    return hparams("_hparams_/session_end_info", new Protobuf().message(4, end));
  }

  private static Protobuf hparams(String tag, Protobuf content) {
    Protobuf empty = new Protobuf().message(2, new Protobuf()); // one dimension of length 0
    Protobuf tensor = new Protobuf().varint(1, FLOAT).message(2, empty);
    return value(tag, tensor, new Protobuf().text(1, "hparams").message(2, content));
  }

  private static Protobuf value(String tag, Protobuf tensor, Protobuf plugin) {
    Protobuf metadata = new Protobuf().message(1, plugin).varint(4, DATA_CLASS_TENSOR);
    return new Protobuf().text(1, tag).message(8, tensor).message(9, metadata);
  }

  /** A {@code google.protobuf.Value}. */
  private static Protobuf json(String value) {
    if (value.equals("true") || value.equals("false")) {
      return new Protobuf().varint(4, value.equals("true") ? 1 : 0);
    }
    return NUMBER.matcher(value).matches()
        ? new Protobuf().float64(2, Double.parseDouble(value.replace("_", "")))
        : new Protobuf().text(3, value);
  }
}
