package io.retromae.training.huggingface;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.retromae.core.failure.ConfigException;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.training.bert.BertShape;
import java.nio.charset.StandardCharsets;

/** Hugging Face's {@code config.json} of a BERT. */
final class BertConfigJson {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  /** Hugging Face's class of a BERT with its MLM head. */
  private static final String WITH_HEAD = "BertForMaskedLM";

  /** The class of one without: its tensors lack {@code bert.} before their names. */
  private static final String WITHOUT_HEAD = "BertModel";

  private static final String ARCHITECTURE = "/architectures/0";

  private BertConfigJson() {}

  /** Describes a model of ours, with or without the MLM head. */
  static byte[] write(BertShape shape, boolean head) {
    ObjectNode json = JSON.createObjectNode();
    json.putArray("architectures").add(head ? WITH_HEAD : WITHOUT_HEAD);
    json.put("attention_probs_dropout_prob", shape.attentionProbsDropoutProb());
    json.putNull("classifier_dropout");
    json.put("hidden_act", "gelu");
    json.put("hidden_dropout_prob", shape.hiddenDropoutProb());
    json.put("hidden_size", shape.hiddenSize());
    json.put("initializer_range", shape.initializerRange());
    json.put("intermediate_size", shape.intermediateSize());
    json.put("layer_norm_eps", shape.layerNormEps());
    json.put("max_position_embeddings", shape.maxPositionEmbeddings());
    json.put("model_type", "bert");
    json.put("num_attention_heads", shape.numAttentionHeads());
    json.put("num_hidden_layers", shape.numHiddenLayers());
    json.put("pad_token_id", shape.padTokenId());
    json.put("position_embedding_type", "absolute");
    json.put("torch_dtype", "float32");
    json.put("type_vocab_size", shape.typeVocabSize());
    json.put("use_cache", true);
    json.put("vocab_size", shape.vocabSize());
    try {
      return (JSON.writeValueAsString(json) + "\n").getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Whether a file that {@link #write} wrote is of a model with the MLM head. */
  static boolean hasHead(byte[] bytes) {
    try {
      JsonNode json = JSON.readTree(new String(bytes, StandardCharsets.UTF_8));
      return !json.at(ARCHITECTURE).asText().equals(WITHOUT_HEAD);
    } catch (JsonProcessingException e) {
      throw new CorruptDataException("config.json of the checkpoint: " + e.getOriginalMessage(), e);
    }
  }

  /**
   * Reads the sizes; what is absent has the value that Hugging Face gives it.
   *
   * @throws ConfigException if the file describes another kind of model
   */
  static BertShape read(String path, byte[] bytes) {
    JsonNode json;
    try {
      json = JSON.readTree(new String(bytes, StandardCharsets.UTF_8));
    } catch (JsonProcessingException e) {
      throw new ConfigException(path + ": not valid JSON: " + e.getOriginalMessage(), e);
    }
    requireBert(path, json);
    require(path, json, "hidden_act", "gelu", "the model is computed with the exact gelu");
    require(
        path, json, "position_embedding_type", "absolute", "relative positions are not computed");
    require(path, json, "is_decoder", "false", "each token sees those on both of its sides");
    require(path, json, "add_cross_attention", "false", "there is no other text to attend to");
    if (!json.path("auto_map").isEmpty()) {
      throw new ConfigException(
          path
              + ": auto_map names code of its own, which is not run here; start from a plain BERT");
    }
    try {
      return new BertShape(
          size(json, "vocab_size", 30522),
          size(json, "hidden_size", 768),
          size(json, "num_hidden_layers", 12),
          size(json, "num_attention_heads", 12),
          size(json, "intermediate_size", 3072),
          size(json, "max_position_embeddings", 512),
          size(json, "type_vocab_size", 2),
          number(json, "layer_norm_eps", 1e-12),
          number(json, "hidden_dropout_prob", 0.1),
          number(json, "attention_probs_dropout_prob", 0.1),
          number(json, "initializer_range", 0.02),
          json.path("pad_token_id").asInt(0));
    } catch (IllegalArgumentException e) {
      throw new ConfigException(path + ": " + e.getMessage(), e);
    }
  }

  private static int size(JsonNode json, String key, int standard) {
    JsonNode value = json.path(key);
    if (value.isMissingNode()) {
      return standard;
    }
    if (!value.isIntegralNumber() || !value.canConvertToInt() || value.asInt() < 1) {
      throw new IllegalArgumentException(
          "%s = %s: must be a whole number, at least 1".formatted(key, shown(value)));
    }
    return value.asInt();
  }

  private static double number(JsonNode json, String key, double standard) {
    JsonNode value = json.path(key);
    if (!value.isMissingNode() && !value.isNumber()) {
      throw new IllegalArgumentException("%s = %s: must be a number".formatted(key, shown(value)));
    }
    return value.asDouble(standard);
  }

  private static String shown(JsonNode value) {
    String text = value.toString();
    return text.length() > 40 ? text.substring(0, 40) + "..." : text;
  }

  private static void requireBert(String path, JsonNode json) {
    String architecture = json.at(ARCHITECTURE).asText(WITHOUT_HEAD);
    String guessed = architecture.startsWith("Bert") ? "bert" : architecture;
    String type = json.path("model_type").asText(guessed);
    if (!type.equals("bert")) {
      throw new ConfigException(
          ("%s: model_type = %s: only bert is supported: %s. Start from a BERT with a WordPiece"
                  + " vocabulary (hfl/chinese-roberta-wwm-ext is one, in spite of its name)")
              .formatted(path, type, reason(type)));
    }
  }

  private static String reason(String type) {
    return switch (type) {
      case "roberta", "xlm-roberta", "camembert" ->
          "its BPE or SentencePiece pieces do not say with ## which of them continue a word, so"
              + " whole words could not be masked";
      case "distilbert" -> "this one has no token types and fewer parts";
      case "electra" -> "this one was trained to find replaced tokens and has no MLM head";
      case "albert" -> "this one shares weights among its layers";
      case "deberta", "deberta-v2" -> "this one attends by relative positions";
      default -> "other encoders compute something else";
    };
  }

  private static void require(String path, JsonNode json, String key, String value, String reason) {
    String found = json.path(key).asText(value);
    if (!found.equals(value)) {
      throw new ConfigException(
          "%s: %s = %s: only %s is supported: %s; start from another BERT checkpoint"
              .formatted(path, key, found, value, reason));
    }
  }

  static BertShape withPositions(BertShape shape, int maxPositionEmbeddings) {
    return with(shape, maxPositionEmbeddings, shape.padTokenId());
  }

  static BertShape withPadTokenId(BertShape shape, int padTokenId) {
    return with(shape, shape.maxPositionEmbeddings(), padTokenId);
  }

  private static BertShape with(BertShape shape, int maxPositionEmbeddings, int padTokenId) {
    return new BertShape(
        shape.vocabSize(),
        shape.hiddenSize(),
        shape.numHiddenLayers(),
        shape.numAttentionHeads(),
        shape.intermediateSize(),
        maxPositionEmbeddings,
        shape.typeVocabSize(),
        shape.layerNormEps(),
        shape.hiddenDropoutProb(),
        shape.attentionProbsDropoutProb(),
        shape.initializerRange(),
        padTokenId);
  }
}
