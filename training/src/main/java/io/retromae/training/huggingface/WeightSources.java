package io.retromae.training.huggingface;

import io.retromae.core.failure.ConfigException;
import io.retromae.training.bert.ParameterLayout;
import io.retromae.training.safetensors.TensorEntry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which tensor each parameter is taken from. Knows the names that BERT's weights have had: with and
 * without {@code bert.}, LayerNorm's {@code gamma} and {@code beta}, the head's bias twice.
 *
 * @param parameterOf parameter by the tensor that it is taken from
 * @param tied tensors that must equal a parameter taken from another
 * @param fresh parameters without a tensor
 * @param unused tensors without a parameter
 */
record WeightSources(
    Map<String, String> parameterOf,
    Map<String, String> tied,
    List<String> fresh,
    List<String> unused) {
  private static final String WORDS = "bert.embeddings.word_embeddings.weight";
  private static final String POSITIONS = "bert.embeddings.position_embeddings.weight";
  private static final String HEAD_BIAS = "cls.predictions.bias";
  private static final Map<String, String> TIED =
      Map.of("cls.predictions.decoder.weight", WORDS, "cls.predictions.decoder.bias", HEAD_BIAS);
  private static final Pattern LAYER =
      Pattern.compile("(?:bert\\.)?(encoder\\.layer\\.\\d{1,9}\\.)");
  private static final Set<String> FLOATS = Set.of("F32", "F16", "BF16", "F64");

  /**
   * Finds a tensor for each parameter.
   *
   * @param title of the folder in messages
   * @param decoder whether the enhanced decoder is taken where there is one
   * @throws ConfigException if the encoder is not whole, half a decoder is there or shapes differ
   */
  static WeightSources of(
      String title, WeightIndex index, ParameterLayout layout, boolean decoder) {
    Map<String, String> parameterOf = new LinkedHashMap<>();
    List<String> fresh = new ArrayList<>();
    for (ParameterLayout.Parameter parameter : layout.parameters()) {
      boolean wanted = decoder || !parameter.ofDecoder();
      Optional<String> tensor = wanted ? find(index, parameter.name()) : Optional.empty();
      if (tensor.isPresent()) {
        check(title, parameter, index.find(tensor.get()).orElseThrow().entry());
        parameterOf.put(tensor.get(), parameter.name());
      } else {
        fresh.add(parameter.name());
      }
    }
    refuseHoles(title, layout, fresh);
    boolean withHead = layout.parameters().stream().anyMatch(p -> p.name().equals(HEAD_BIAS));
    Map<String, String> tied = new LinkedHashMap<>(TIED);
    tied.keySet()
        .removeIf(
            tensor ->
                index.find(tensor).isEmpty()
                    || parameterOf.containsKey(tensor)
                    || !withHead); // without a head, nothing scores with the word table
    Set<String> unused = new LinkedHashSet<>(index.places().keySet());
    unused.removeAll(parameterOf.keySet());
    unused.removeAll(tied.keySet());
    refuseMoreLayers(title, layout, unused);
    return new WeightSources(parameterOf, tied, fresh, List.copyOf(unused));
  }

  private static Optional<String> find(WeightIndex index, String name) {
    String bare = name.startsWith("bert.") ? name.substring("bert.".length()) : name;
    List<String> candidates = new ArrayList<>(List.of(name, oldName(name), bare, oldName(bare)));
    if (name.equals(HEAD_BIAS)) {
      candidates.add("cls.predictions.decoder.bias");
    }
    return candidates.stream().filter(c -> index.find(c).isPresent()).findFirst();
  }

  private static String oldName(String name) {
    return name.replace("LayerNorm.weight", "LayerNorm.gamma")
        .replace("LayerNorm.bias", "LayerNorm.beta");
  }

  private static void check(String title, ParameterLayout.Parameter parameter, TensorEntry entry) {
    boolean longer =
        parameter.name().equals(POSITIONS)
            && entry.shape().length == 2
            && entry.shape()[0] > 0
            && entry.shape()[0] < parameter.shape()[0]
            && entry.shape()[1] == parameter.shape()[1];
    boolean fits = longer || Arrays.equals(parameter.shape(), entry.shape());
    if (!fits || !FLOATS.contains(entry.dtype())) {
      throw new ConfigException(
          "%s: %s is %s %s, config.json asks for F32, F16, BF16 or F64 %s%s"
              .formatted(
                  title,
                  parameter.name(),
                  entry.dtype(),
                  Arrays.toString(entry.shape()),
                  Arrays.toString(parameter.shape()),
                  parameter.ofDecoder() ? "; init.decoder: fresh leaves it" : ""));
    }
  }

  private static void refuseHoles(String title, ParameterLayout layout, List<String> fresh) {
    long decoderSize = layout.parameters().stream().filter(p -> p.ofDecoder()).count();
    List<String> ofDecoder = fresh.stream().filter(layout::ofDecoder).toList();
    if (!ofDecoder.isEmpty() && ofDecoder.size() < decoderSize) {
      throw new ConfigException(
          "%s: its decoder lacks %s; init.decoder: fresh makes a new one"
              .formatted(title, ofDecoder.get(0)));
    }
    for (String name : fresh) {
      if (name.startsWith("bert.")) {
        throw new ConfigException(
            "%s: the model lacks %s; it is not a whole BERT encoder".formatted(title, name));
      }
    }
  }

  /**
   * A model of which config.json knows the lower layers only would be trained without the upper.
   */
  private static void refuseMoreLayers(String title, ParameterLayout layout, Set<String> unused) {
    for (String tensor : unused) {
      Matcher layer = LAYER.matcher(tensor);
      if (layer.lookingAt()
          && layout.parameters().stream()
              .noneMatch(p -> p.name().startsWith("bert." + layer.group(1)))) {
        throw new ConfigException(
            "%s: the weights hold %s, more layers than num_hidden_layers of config.json; they are of two models"
                .formatted(title, tensor));
      }
    }
  }

  /** Rows of the folder's position table. */
  long knownPositions(WeightIndex index) {
    return parameterOf.entrySet().stream()
        .filter(entry -> entry.getValue().equals(POSITIONS))
        .mapToLong(entry -> index.find(entry.getKey()).orElseThrow().entry().shape()[0])
        .findFirst()
        .orElseThrow();
  }
}
