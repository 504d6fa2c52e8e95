package io.retromae.training.checkpoint;

import io.retromae.training.bert.ParameterLayout;
import io.retromae.training.bert.TensorViews;
import io.retromae.training.safetensors.TensorData;
import java.util.LinkedHashMap;
import java.util.Map;

/** The files of tensors in a checkpoint, and what their tensors are called. */
public final class CheckpointFiles {
  static final String TENSORS = ".safetensors";
  public static final String MODEL = "model" + TENSORS;
  public static final String DECODER = "decoder" + TENSORS;

  /** How the names of files with moments begin. */
  static final String OPTIMIZER = "optimizer";

  static final String FIRST_MOMENT = "exp_avg.";
  static final String SECOND_MOMENT = "exp_avg_sq.";

  private CheckpointFiles() {}

  /** Whether a file holds tensors; else it is a small one. */
  public static boolean holdsTensors(String name) {
    return name.endsWith(TENSORS);
  }

  /** A rank's share of three vectors: tensors by file, as views. */
  public static Map<String, Map<String, TensorData>> of(
      Share share, ParameterLayout layout, TrainingVectors buffers) {
    Map<String, Map<String, TensorData>> files = new LinkedHashMap<>();
    if (share.first()) {
      files.put(MODEL, TensorViews.view(layout, buffers.parameters(), "", p -> !p.ofDecoder()));
      Map<String, TensorData> decoder =
          TensorViews.view(layout, buffers.parameters(), "", p -> p.ofDecoder());
      if (!decoder.isEmpty()) {
        files.put(DECODER, decoder);
      }
    }
    long from = buffers.momentsFrom();
    Map<String, TensorData> moments =
        new LinkedHashMap<>(
            TensorViews.view(layout, buffers.firstMoment(), from, FIRST_MOMENT, p -> true));
    moments.putAll(
        TensorViews.view(layout, buffers.secondMoment(), from, SECOND_MOMENT, p -> true));
    files.put(share.optimizerFile(), moments);
    return files;
  }
}
