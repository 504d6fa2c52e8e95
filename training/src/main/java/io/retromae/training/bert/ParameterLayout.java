package io.retromae.training.bert;

import io.retromae.training.libtorch.FlatVector;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where each parameter lies in the one flat vector that holds them all. Gradients and AdamW's
 * moments use the same layout, so that an all-reduce, the clipping norm and the update each are one
 * call. Names are Hugging Face's; parameters with weight decay come first, so that each of AdamW's
 * two groups is one slice. Parameters start at a multiple of 64 bytes (the gap is zero), but query,
 * key and value of a layer follow one another without a gap, so that the script can see them as one
 * matrix ({@link #views}).
 */
public final class ParameterLayout {
  /** Elements; 64 bytes of float32. */
  private static final int ALIGNMENT = 16;

  private static final String QUERY = ".self.query.";
  private static final String KEY = ".self.key.";
  private static final String VALUE = ".self.value.";
  private static final String HEAD = "cls.";
  private static final String POSITIONS = "bert.embeddings.position_embeddings.weight";

  /**
   * One parameter.
   *
   * @param name Hugging Face's name
   * @param shape dimensions
   * @param offset first element in the flat vector
   * @param ofDecoder whether it is a decoder's own, not the exported model's
   */
  public record Parameter(String name, long[] shape, long offset, boolean ofDecoder) {
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
  }

  private final List<Parameter> parameters;
  private final long decayedSize;
  private final long size;
  private final Optional<Parameter> fixed;

  private ParameterLayout(
      List<Parameter> parameters, long decayedSize, long size, Optional<Parameter> fixed) {
    this.parameters = List.copyOf(parameters);
    this.decayedSize = decayedSize;
    this.size = size;
    this.fixed = fixed;
  }

  /** The parameters of a BERT of this shape: encoder and MLM head. */
  public static ParameterLayout of(BertShape shape) {
    return place(shapes(shape), "");
  }

  /** The parameters of an encoder alone, without the MLM head: enough to embed with. */
  public static ParameterLayout withoutHead(BertShape shape) {
    Map<String, long[]> shapes = shapes(shape);
    shapes.keySet().removeIf(name -> name.startsWith(HEAD));
    return place(shapes, "");
  }

  /**
   * The same with a layer that decodes: its keys and values come from another stream than its
   * queries. It is trained and kept in checkpoints, but is no part of the exported model.
   *
   * @param decoder name of that layer
   */
  public static ParameterLayout withDecoder(BertShape shape, String decoder) {
    Map<String, long[]> shapes = shapes(shape);
    layer(shapes, decoder, shape);
    return place(shapes, decoder + ".");
  }

  /**
   * The same layout, of which the position table is never updated: it is in no group of AdamW's.
   * Whoever computes gradients leaves zeros there, so that it does not count in their norm.
   */
  public ParameterLayout withFixedPositions() {
    Optional<Parameter> positions =
        parameters.stream().filter(parameter -> parameter.name().equals(POSITIONS)).findFirst();
    return new ParameterLayout(parameters, decayedSize, size, positions);
  }

  private static ParameterLayout place(Map<String, long[]> shapes, String decoder) {
    List<Parameter> parameters = new ArrayList<>();
    long end = place(shapes, decoder, true, 0, parameters);
    long decayedSize = end;
    end = place(shapes, decoder, false, end, parameters);
    return new ParameterLayout(parameters, decayedSize, end, Optional.empty());
  }

  private static long place(
      Map<String, long[]> shapes,
      String decoder,
      boolean decays,
      long start,
      List<Parameter> into) {
    long end = start;
    for (Map.Entry<String, long[]> entry : shapes.entrySet()) {
      String name = entry.getKey();
      boolean follows = name.contains(KEY) || name.contains(VALUE);
      boolean ofDecoder = !decoder.isEmpty() && name.startsWith(decoder);
      Parameter parameter =
          new Parameter(name, entry.getValue(), follows ? end : aligned(end), ofDecoder);
      if (parameter.decays() == decays) {
        into.add(parameter);
        end = parameter.offset() + parameter.size();
      }
    }
    return aligned(end);
  }

  private static long aligned(long offset) {
    return (offset + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  /**
   * The parameters as the script names them: an encoder layer's query, key and value are one
   * parameter {@code self.qkv}; the decoder's key and value, which read another stream than its
   * query, are {@code self.kv}.
   */
  public List<Parameter> views() {
    List<Parameter> views = new ArrayList<>();
    for (Parameter parameter : parameters) {
      String name = parameter.name();
      if (name.contains(QUERY) && !parameter.ofDecoder()) {
        views.add(joined(parameter, name.replace(QUERY, ".self.qkv."), 3));
      } else if (name.contains(KEY) && parameter.ofDecoder()) {
        views.add(joined(parameter, name.replace(KEY, ".self.kv."), 2));
      } else if (parameter.ofDecoder() && name.contains(QUERY) || !name.contains(".self.")) {
        views.add(parameter);
      }
    }
    return views;
  }

  /** {@code count} parameters of one shape that follow one another. */
  private static Parameter joined(Parameter first, String name, int count) {
    long[] shape = first.shape().clone();
    shape[0] *= count;
    return new Parameter(name, shape, first.offset(), first.ofDecoder());
  }

  private static Map<String, long[]> shapes(BertShape shape) {
    int d = shape.hiddenSize();
    Map<String, long[]> shapes = new LinkedHashMap<>();
    String embeddings = "bert.embeddings.";
    shapes.put(embeddings + "word_embeddings.weight", new long[] {shape.vocabSize(), d});
    shapes.put(POSITIONS, new long[] {shape.maxPositionEmbeddings(), d});
    shapes.put(embeddings + "token_type_embeddings.weight", new long[] {shape.typeVocabSize(), d});
    layerNorm(shapes, embeddings + "LayerNorm", d);
    for (int i = 0; i < shape.numHiddenLayers(); i++) {
      layer(shapes, "bert.encoder.layer." + i, shape);
    }
    linear(shapes, "cls.predictions.transform.dense", d, d);
    layerNorm(shapes, "cls.predictions.transform.LayerNorm", d);
    shapes.put("cls.predictions.bias", new long[] {shape.vocabSize()});
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

  /** Whether a parameter of this name is the decoder's own. */
  public boolean ofDecoder(String name) {
    return parameters.stream().anyMatch(p -> p.ofDecoder() && p.name().equals(name));
  }

  /** Whether the MLM head is among the parameters. */
  public boolean hasHead() {
    return parameters.stream().anyMatch(p -> p.name().startsWith(HEAD));
  }

  /** All parameters in the order of the flat vector. */
  public List<Parameter> parameters() {
    return parameters;
  }

  /** Elements of the flat vector, gaps included. */
  public long size() {
    return size;
  }

  /** What AdamW updates, with weight decay in the first part and without behind it. */
  public List<FlatVector.Group> groups() {
    List<FlatVector.Group> groups = new ArrayList<>();
    long from = 0;
    if (fixed.isPresent()) { // among those that decay
      groups.add(new FlatVector.Group(0, fixed.get().offset(), true));
      from = fixed.get().offset() + fixed.get().size();
    }
    groups.add(new FlatVector.Group(from, decayedSize, true));
    groups.add(new FlatVector.Group(decayedSize, size, false));
    return groups;
  }

  /** Number of trained values, gaps not counted. */
  public long trainedValues() {
    return parameters.stream().mapToLong(Parameter::size).sum();
  }
}
