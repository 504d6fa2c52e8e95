package io.retromae.pretrain.checkpoint;

import io.retromae.pretrain.memory.HostVector;
import io.retromae.pretrain.model.FlatTensors;
import io.retromae.pretrain.model.ParameterLayout;
import io.retromae.pretrain.safetensors.TensorData;
import io.retromae.pretrain.train.TrainingState;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What one checkpoint holds.
 *
 * @param state where the run stands
 * @param model encoder and MLM head, Hugging Face names
 * @param decoder the enhanced decoder, {@code c_head.*}
 * @param optimizer both moments of every parameter: {@code exp_avg.*}, {@code exp_avg_sq.*}
 */
public record Snapshot(
    TrainingState state,
    Map<String, TensorData> model,
    Map<String, TensorData> decoder,
    Map<String, TensorData> optimizer) {

  static final String FIRST_MOMENT = "exp_avg.";
  static final String SECOND_MOMENT = "exp_avg_sq.";

  /** Named views of three flat float32 vectors. */
  public static Snapshot of(TrainingState state, ParameterLayout layout, FlatBuffers buffers) {
    Map<String, TensorData> optimizer =
        new LinkedHashMap<>(
            FlatTensors.view(layout, buffers.firstMoment(), FIRST_MOMENT, p -> true));
    optimizer.putAll(FlatTensors.view(layout, buffers.secondMoment(), SECOND_MOMENT, p -> true));
    return new Snapshot(
        state,
        FlatTensors.view(layout, buffers.parameters(), "", p -> !p.ofDecoder()),
        FlatTensors.view(layout, buffers.parameters(), "", p -> p.ofDecoder()),
        optimizer);
  }

  /** Copies everything into three flat vectors of the same layout. */
  public void copyTo(ParameterLayout layout, FlatBuffers buffers) {
    for (ParameterLayout.Parameter parameter : layout.parameters()) {
      String name = parameter.name();
      Map<String, TensorData> weights = parameter.ofDecoder() ? decoder : model;
      FlatTensors.fill(buffers.parameters(), parameter, weights.get(name));
      FlatTensors.fill(buffers.firstMoment(), parameter, optimizer.get(FIRST_MOMENT + name));
      FlatTensors.fill(buffers.secondMoment(), parameter, optimizer.get(SECOND_MOMENT + name));
    }
  }

  /**
   * The three vectors of a run.
   *
   * @param parameters weights
   * @param firstMoment AdamW's m
   * @param secondMoment AdamW's v
   */
  public record FlatBuffers(
      HostVector parameters, HostVector firstMoment, HostVector secondMoment) {

    /** Room for a copy of vectors of the same sizes. */
    FlatBuffers newRoom() {
      return new FlatBuffers(
          HostVector.allocate(parameters.size()),
          HostVector.allocate(firstMoment.size()),
          HostVector.allocate(secondMoment.size()));
    }

    /** Copies the values, so that training may go on. */
    void copyTo(FlatBuffers target) {
      parameters.copyTo(target.parameters);
      firstMoment.copyTo(target.firstMoment);
      secondMoment.copyTo(target.secondMoment);
    }
  }
}
