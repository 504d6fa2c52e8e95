package io.retromae.pretrain.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where each parameter lies in the one flat vector that holds them all. Gradients and AdamW's
 * moments use the same layout, so that an all-reduce, the clipping norm and the update each are one
 * call. Names are Hugging Face's; parameters with weight decay come first, so that each of AdamW's
 * two groups is one slice. Every parameter starts at a multiple of 64 bytes (the gap is zero).
 */
public final class ParameterLayout {
  /** Elements; 64 bytes of float32. */
  private static final int ALIGNMENT = 16;

  /**
   * One parameter.
   *
   * @param name Hugging Face's name, {@code c_head.*} for the decoder
   * @param shape dimensions
   * @param offset first element in the flat vector
   */
  public record Parameter(String name, long[] shape, long offset) {
    /** Number of values. */
    public long size() {
      long n = 1;
      for (long d : shape) {
        n *= d;
      }
      return n;
    }

    /** LayerNorm weight: starts at one. */
    public boolean isLayerNormWeight() {
      return name.endsWith("LayerNorm.weight");
    }

    /** Bias: starts at zero. */
    public boolean isBias() {
      return name.endsWith("bias");
    }

    /** Whether weight decay applies: not to biases, not to LayerNorm. */
    public boolean decays() {
      return !isBias() && !isLayerNormWeight();
    }

    /** Whether the parameter is the enhanced decoder's own, not the exported model's. */
    public boolean ofDecoder() {
      return name.startsWith("c_head.");
    }
  }

  private final List<Parameter> parameters;
  private final long decayedSize;
  private final long size;

  private ParameterLayout(List<Parameter> parameters, long decayedSize, long size) {
    this.parameters = List.copyOf(parameters);
    this.decayedSize = decayedSize;
    this.size = size;
  }

  /** The parameters of a model of this shape: encoder, MLM head and enhanced decoder. */
  public static ParameterLayout of(BertShape shape) {
    Map<String, long[]> shapes = shapes(shape);
    List<Parameter> parameters = new ArrayList<>();
    long end = place(shapes, true, 0, parameters);
    long decayedSize = end;
    end = place(shapes, false, end, parameters);
    return new ParameterLayout(parameters, decayedSize, end);
  }

  private static long place(
      Map<String, long[]> shapes, boolean decays, long start, List<Parameter> into) {
    long offset = start;
    for (Map.Entry<String, long[]> entry : shapes.entrySet()) {
      Parameter parameter = new Parameter(entry.getKey(), entry.getValue(), offset);
      if (parameter.decays() == decays) {
        into.add(parameter);
        offset += (parameter.size() + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
      }
    }
    return offset;
  }

  private static Map<String, long[]> shapes(BertShape shape) {
    int d = shape.hiddenSize();
    Map<String, long[]> shapes = new LinkedHashMap<>();
    String embeddings = "bert.embeddings.";
    shapes.put(embeddings + "word_embeddings.weight", new long[] {shape.vocabSize(), d});
    shapes.put(
        embeddings + "position_embeddings.weight", new long[] {shape.maxPositionEmbeddings(), d});
    shapes.put(embeddings + "token_type_embeddings.weight", new long[] {shape.typeVocabSize(), d});
    layerNorm(shapes, embeddings + "LayerNorm", d);
    for (int i = 0; i < shape.numHiddenLayers(); i++) {
      layer(shapes, "bert.encoder.layer." + i, shape);
    }
    linear(shapes, "cls.predictions.transform.dense", d, d);
    layerNorm(shapes, "cls.predictions.transform.LayerNorm", d);
    shapes.put("cls.predictions.bias", new long[] {shape.vocabSize()});
    layer(shapes, "c_head", shape);
    return shapes;
  }

  private static void layer(Map<String, long[]> shapes, String name, BertShape shape) {
    int d = shape.hiddenSize();
    for (String part : List.of("query", "key", "value")) {
      linear(shapes, name + ".attention.self." + part, d, d);
    }
    linear(shapes, name + ".attention.output.dense", d, d);
    layerNorm(shapes, name + ".attention.output.LayerNorm", d);
    linear(shapes, name + ".intermediate.dense", shape.intermediateSize(), d);
    linear(shapes, name + ".output.dense", d, shape.intermediateSize());
    layerNorm(shapes, name + ".output.LayerNorm", d);
  }

  private static void linear(Map<String, long[]> shapes, String name, int out, int in) {
    shapes.put(name + ".weight", new long[] {out, in});
    shapes.put(name + ".bias", new long[] {out});
  }

  private static void layerNorm(Map<String, long[]> shapes, String name, int d) {
    shapes.put(name + ".weight", new long[] {d});
    shapes.put(name + ".bias", new long[] {d});
  }

  /** All parameters in the order of the flat vector. */
  public List<Parameter> parameters() {
    return parameters;
  }

  /** Elements of the flat vector, gaps included. */
  public long size() {
    return size;
  }

  /** Elements of its first part, where weight decay applies. */
  public long decayedSize() {
    return decayedSize;
  }

  /** Number of trained values, gaps not counted. */
  public long trainedValues() {
    return parameters.stream().mapToLong(Parameter::size).sum();
  }
}
