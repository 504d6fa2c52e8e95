package io.retromae.training.bert;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;
import io.retromae.training.libtorch.Compute;
import io.retromae.training.libtorch.ScriptArchive;
import io.retromae.training.libtorch.TorchRuntime;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A TorchScript class put together from several sources: the encoder's, which say nothing of what
 * it is trained on, and an objective's, which call them.
 *
 * @param name the class's name
 * @param resources sources on the class path, each a file of methods that are not indented
 * @param attributes what methods know as {@code self.NAME}: see {@link ScriptArchive}
 */
public record Script(String name, List<String> resources, Map<String, Object> attributes) {
  /** The encoder's sources, in the order in which they are best read. */
  private static final List<String> BERT =
      List.of(
          "/io/retromae/training/bert/encoder.py",
          "/io/retromae/training/bert/layer.py",
          "/io/retromae/training/bert/one_token.py",
          "/io/retromae/training/bert/head.py",
          "/io/retromae/training/bert/packing.py",
          "/io/retromae/training/bert/tensors.py",
          "/io/retromae/training/bert/dropout.py",
          "/io/retromae/training/bert/attention.py",
          "/io/retromae/training/bert/fused_attention.py",
          "/io/retromae/training/bert/vectors.py");

  /** Copies. */
  public Script {
    resources = List.copyOf(resources);
    attributes = Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
  }

  /** The encoder alone: its methods {@code embeddings} and those of whole vectors can be called. */
  public static Script encoder(BertShape shape, Compute compute) {
    Map<String, Object> attributes = new LinkedHashMap<>();
    attributes.put("training", true);
    attributes.put("layers", shape.numHiddenLayers());
    attributes.put("heads", shape.numAttentionHeads());
    attributes.put("pad_token_id", shape.padTokenId());
    attributes.put("layer_norm_eps", shape.layerNormEps());
    attributes.put("hidden_dropout", shape.hiddenDropoutProb());
    attributes.put("attention_dropout", shape.attentionProbsDropoutProb());
    attributes.put("gradient_checkpointing", compute.gradientCheckpointing());
    attributes.put("bfloat16", compute.bfloat16());
    attributes.put("fused_attention", compute.fusedAttention());
    return new Script("Encoder", BERT, attributes);
  }

  /**
   * This script with an objective's part.
   *
   * @param name the new class's name
   * @param resource the objective's source on the class path
   * @param own attributes that only this source reads
   */
  public Script with(String name, String resource, Map<String, Object> own) {
    List<String> all = new ArrayList<>(resources);
    all.add(resource);
    Map<String, Object> both = new LinkedHashMap<>(attributes);
    both.putAll(own);
    return new Script(name, all, both);
  }

  /**
   * Compiles the script.
   *
   * @throws IllegalStateException if it does not compile, or the device has no room
   */
  public Model load(Device device) {
    TorchRuntime.start(1); // does nothing where a worker has started it with more threads
    InputStream archive = new ByteArrayInputStream(archive());
    Model model = Model.newInstance(name, device, "PyTorch");
    try {
      model.load(archive);
    } catch (MalformedModelException | EngineException e) {
      model.close();
      throw new IllegalStateException(
          "script %s cannot be loaded: %s; made of %s"
              .formatted(name, e.getMessage(), String.join(", ", resources)),
          e);
    } catch (IOException e) {
      model.close();
      throw new UncheckedIOException(e);
    }
    return model;
  }

  /**
   * Calls a method of a script that was loaded.
   *
   * @param scope a manager on the host, to which the results belong
   * @param arguments named as the method has them; gets one more, which tells the method
   * @param training whether the method may ask autograd for gradients
   */
  public static NDList call(
      Model script, NDManager scope, String method, NDList arguments, boolean training) {
    arguments.add(named("module_method:" + method, scope.create(0f)));
    ParameterStore none = new ParameterStore(scope, false);
    NDList results = script.getBlock().forward(none, arguments, training);
    results.attach(scope);
    return results;
  }

  /** Gives an argument the name that a method has for it. */
  public static NDArray named(String name, NDArray array) {
    array.setName(name);
    return array;
  }

  private byte[] archive() {
    ByteArrayOutputStream archive = new ByteArrayOutputStream();
    try {
      ScriptArchive.write(archive, name, sources(), attributes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return archive.toByteArray();
  }

  private List<String> sources() throws IOException {
    List<String> sources = new ArrayList<>();
    for (String resource : resources) {
      try (InputStream in = Script.class.getResourceAsStream(resource)) {
        if (in == null) {
          throw new FileNotFoundException("script " + name + ": no resource " + resource);
        }
        sources.add(new String(in.readAllBytes(), StandardCharsets.UTF_8));
      }
    }
    return sources;
  }
}
