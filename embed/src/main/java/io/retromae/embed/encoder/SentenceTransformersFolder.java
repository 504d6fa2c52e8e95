package io.retromae.embed.encoder;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.retromae.core.failure.ConfigException;
import io.retromae.core.storage.Storage;
import io.retromae.training.bert.Pooling;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The files by which sentence-transformers (3 to 5.7) describes an encoder: a transformer, one
 * pooling, and perhaps normalisation. Whatever else a folder asks for is refused: without it the
 * vectors would be others.
 */
final class SentenceTransformersFolder {
  /** In the folder of the pooling. */
  static final String POOLING_CONFIG = "/config.json";

  private static final String MODULES = "modules.json";
  private static final String CONFIG = "config_sentence_transformers.json";
  private static final String SENTENCE_BERT = "sentence_bert_config.json";
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Names of poolings in the key {@code pooling_mode}, which took the place of the others. */
  private static final Map<String, Pooling> POOLINGS =
      Stream.of(Pooling.values())
          .collect(Collectors.toMap(Pooling::sentenceTransformersName, pooling -> pooling));

  /** The keys before it, one true. */
  private static final Map<String, String> OLD_KEYS =
      Map.of(
          "pooling_mode_cls_token", "cls",
          "pooling_mode_max_tokens", "max",
          "pooling_mode_mean_tokens", "mean",
          "pooling_mode_mean_sqrt_len_tokens", "mean_sqrt_len_tokens",
          "pooling_mode_weightedmean_tokens", "weightedmean",
          "pooling_mode_lasttoken", "lasttoken");

  private static final List<String> SIMILARITIES =
      List.of("cosine", "dot", "euclidean", "manhattan");

  private final Storage storage;
  private final String folder;
  private final Optional<JsonNode> modules;

  SentenceTransformersFolder(Storage storage, String folder) {
    this.storage = storage;
    this.folder = folder;
    this.modules = json(MODULES);
  }

  /**
   * What the modules make of hidden states.
   *
   * @param transformer folder of the model itself
   * @param poolingFolder folder of the pooling's configuration
   */
  record Modules(String transformer, String poolingFolder, Pooling pooling, boolean normalize) {}

  /**
   * What {@code modules.json} says; empty if there is none.
   *
   * @throws ConfigException if it asks for what is not supported
   */
  Optional<Modules> modules() {
    return modules.map(this::modules);
  }

  private Modules modules(JsonNode list) {
    List<String> order = new ArrayList<>();
    Map<String, String> paths = new LinkedHashMap<>();
    for (JsonNode module : list) {
      String type = module.path("type").asText();
      String kind = type.substring(type.lastIndexOf('.') + 1);
      if (type.startsWith("sentence_transformers.") && kind.equals("Dropout")) {
        continue; // nothing, outside training
      }
      order.add(type.startsWith("sentence_transformers.") ? kind : type);
      paths.put(kind, module.path("path").asText());
    }
    List<String> plain = List.of("Transformer", "Pooling");
    List<String> normalized = List.of("Transformer", "Pooling", "Normalize");
    if (!order.equals(plain) && !order.equals(normalized)) {
      throw new ConfigException(
          "%s: its modules are %s; supported are Transformer, Pooling and perhaps Normalize, so this model's vectors cannot be made here: record them elsewhere"
              .formatted(path(MODULES), order));
    }
    String transformer = paths.get("Transformer");
    String poolingFolder = below(paths.get("Pooling"));
    return new Modules(
        transformer.isEmpty() ? folder : below(transformer),
        poolingFolder,
        pooling(poolingFolder + POOLING_CONFIG),
        order.equals(normalized));
  }

  private String below(String path) {
    if (path.isEmpty() || path.startsWith("/") || path.contains("..") || path.contains(":")) {
      throw new ConfigException(
          "%s: path = %s: must be a folder below it".formatted(path(MODULES), path));
    }
    return folder + "/" + path;
  }

  private Pooling pooling(String file) {
    JsonNode config = jsonAt(file).orElseThrow(() -> new ConfigException(file + ": is missing"));
    List<String> modes = new ArrayList<>();
    JsonNode named = config.path("pooling_mode");
    if (named.isTextual()) {
      modes.add(named.asText());
    } else if (named.isArray()) {
      named.forEach(mode -> modes.add(mode.asText()));
    } else {
      OLD_KEYS.forEach(
          (key, mode) -> {
            if (config.path(key).asBoolean()) {
              modes.add(mode);
            }
          });
      if (modes.isEmpty()) {
        modes.add("mean"); // as sentence-transformers has it
      }
    }
    Pooling pooling = modes.size() == 1 ? POOLINGS.get(modes.get(0)) : null;
    if (pooling == null) {
      modes.sort(null);
      throw new ConfigException(
          "%s: pools by %s; supported is one of cls, mean, lasttoken"
              .formatted(file, String.join(" and ", modes)));
    }
    if (pooling != Pooling.LAST_TOKEN && !config.path("include_prompt").asBoolean(true)) {
      throw new ConfigException(
          file
              + ": include_prompt = false: cls and mean without the instruction's tokens are not supported");
    }
    return pooling;
  }

  /** Most tokens of a text, where {@code sentence_bert_config.json} says it. */
  Optional<Integer> maxLength(String transformer) {
    String file = transformer + "/" + SENTENCE_BERT;
    JsonNode value =
        jsonAt(file).map(json -> json.path("max_seq_length")).orElse(JSON.missingNode());
    if (value.isMissingNode() || value.isNull()) {
      return Optional.empty();
    }
    if (!value.isIntegralNumber() || !value.canConvertToInt() || value.asInt() < 3) {
      throw new ConfigException(
          "%s: max_seq_length = %s: must be a whole number, at least 3".formatted(file, value));
    }
    return Optional.of(value.asInt());
  }

  /** The same as the tokenizer says it: 0 if it does not, 1e30 where nobody has set it. */
  double tokenizerLength(String transformer) {
    return jsonAt(transformer + "/tokenizer_config.json")
        .orElse(JSON.missingNode())
        .path("model_max_length")
        .asDouble();
  }

  /**
   * How the encoder is used.
   *
   * @param prompts instructions by name
   * @param defaultPrompt name of the one that is used where none is chosen
   * @param similarity how vectors are compared, if it is said
   */
  record Usage(
      Map<String, String> prompts, Optional<String> defaultPrompt, Optional<String> similarity) {}

  /**
   * What {@code config_sentence_transformers.json} says, if it is there.
   *
   * @throws ConfigException if there is no instruction of the default's name, or vectors are
   *     compared in a way that sentence-transformers does not have
   */
  Usage usage() {
    JsonNode config = json(CONFIG).orElse(JSON.missingNode());
    Map<String, String> prompts = new LinkedHashMap<>();
    config
        .path("prompts")
        .properties()
        .forEach(entry -> prompts.put(entry.getKey(), entry.getValue().asText("")));
    Optional<String> prompt = name(config, "default_prompt_name");
    if (prompt.isPresent() && !prompts.containsKey(prompt.get())) {
      throw new ConfigException(
          "%s: default_prompt_name = %s: prompts holds %s"
              .formatted(path(CONFIG), prompt.get(), prompts.keySet()));
    }
    Optional<String> similarity = name(config, "similarity_fn_name");
    if (similarity.isPresent() && !SIMILARITIES.contains(similarity.get())) {
      throw new ConfigException(
          "%s: similarity_fn_name = %s: must be one of %s"
              .formatted(path(CONFIG), similarity.get(), SIMILARITIES));
    }
    return new Usage(prompts, prompt, similarity);
  }

  private static Optional<String> name(JsonNode config, String key) {
    JsonNode name = config.path(key);
    return name.isTextual() ? Optional.of(name.asText()) : Optional.empty();
  }

  private String path(String file) {
    return folder + "/" + file;
  }

  private Optional<JsonNode> json(String file) {
    return jsonAt(path(file));
  }

  private Optional<JsonNode> jsonAt(String path) {
    return storage.readIfThere(path).map(bytes -> parsed(path, bytes));
  }

  private static JsonNode parsed(String path, byte[] bytes) {
    try {
      return JSON.readTree(new String(bytes, StandardCharsets.UTF_8));
    } catch (JsonProcessingException e) {
      throw new ConfigException(path + ": not valid JSON: " + e.getOriginalMessage(), e);
    }
  }
}
