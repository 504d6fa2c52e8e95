package io.retromae.embed.encoder;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.retromae.training.bert.BertShape;
import io.retromae.training.bert.ParameterLayout;
import io.retromae.training.bert.Script;
import io.retromae.training.libtorch.InPlaceHostMemory;
import io.retromae.training.safetensors.TensorData;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Takes weights as they are read and packs those of matrix products as soon as they are whole, so
 * that there is never a second copy of the model.
 */
final class PackedWeights {
  private static final String QKV = ".self.qkv.";

  private final Model module;
  private final List<ParameterLayout.Parameter> parameters;
  private final List<ParameterLayout.Parameter> views;
  private final String lastLayer;
  private final int width;
  private final boolean oneToken;
  private final Map<String, NDArray> begun = new HashMap<>();
  private final Map<String, Long> taken = new HashMap<>();
  private final NDList done = new NDList();

  /**
   * @param oneToken whether the last layer computes one token of each row
   */
  PackedWeights(Model module, ParameterLayout layout, BertShape shape, boolean oneToken) {
    this.module = module;
    this.parameters = layout.parameters();
    this.views = layout.views();
    this.lastLayer = "encoder.layer." + (shape.numHiddenLayers() - 1) + ".";
    this.width = shape.hiddenSize();
    this.oneToken = oneToken;
  }

  /** Takes some of a parameter's values, from a place on. */
  void take(String name, long from, TensorData values) {
    ParameterLayout.Parameter parameter =
        parameters.stream().filter(p -> p.name().equals(name)).findFirst().orElseThrow();
    ParameterLayout.Parameter view =
        views.stream()
            .filter(v -> v.offset() <= parameter.offset())
            .filter(v -> parameter.offset() < v.offset() + v.size())
            .findFirst()
            .orElseThrow();
    NDArray array =
        begun.computeIfAbsent(
            view.name(),
            n -> module.getNDManager().create(new Shape(view.shape()), DataType.FLOAT32));
    ByteBuffer place =
        new InPlaceHostMemory()
            .fetch(array)
            .slice(parameter.offset() - view.offset() + from, values.size());
    place.put(values.bytes().duplicate());
    if (taken.merge(view.name(), (long) values.size(), Long::sum) == view.size()) {
      finish(view.name(), begun.remove(view.name()));
    }
  }

  private void finish(String name, NDArray array) {
    boolean product =
        name.endsWith(".weight")
            && array.getShape().dimension() == 2
            && !name.contains("embeddings");
    if (oneToken && name.contains(lastLayer) && name.contains(QKV)) {
      add(name.replace(QKV, ".self.query."), array.get("0:" + width), product);
      add(name.replace(QKV, ".self.kv."), array.get(width + ":"), product);
      array.close();
    } else {
      add(name, array, product);
    }
  }

  private void add(String name, NDArray array, boolean product) {
    NDArray kept = product ? packed(array) : array;
    done.add(Script.named("w." + name, kept));
  }

  private NDArray packed(NDArray weight) {
    NDManager manager = module.getNDManager();
    try (NDManager scope = manager.newSubManager()) {
      NDArray packed =
          Script.call(module, scope, "packed", new NDList(Script.named("weight", weight)), false)
              .get(0);
      packed.attach(manager);
      weight.close();
      return packed;
    }
  }

  /** All, named as the script has them. */
  NDList all() {
    if (!begun.isEmpty()) {
      throw new IllegalStateException("not whole: " + begun.keySet());
    }
    return done;
  }
}
