package io.retromae.core.vocab;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.retromae.core.failure.ConfigException;
import io.retromae.core.storage.Storage;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * How a vocabulary spells the five tokens that BERT needs. Nearly all spell them as BERT does; a
 * model folder may say otherwise. Everything else asks for ids, never for a spelling.
 *
 * @param pad past the end of a row
 * @param unk for words that no pieces make
 * @param cls first of a row
 * @param sep last of a row
 * @param mask for hidden tokens
 */
public record SpecialTokens(String pad, String unk, String cls, String sep, String mask)
    implements Serializable {
  /** BERT's own spelling. */
  public static final SpecialTokens BERT =
      new SpecialTokens("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]");

  /** Files of a model folder that name special tokens, the first one that exists is asked. */
  private static final List<String> FILES =
      List.of("special_tokens_map.json", "tokenizer_config.json");

  /** All five: pad, unk, cls, sep, mask. */
  public List<String> all() {
    return List.of(pad, unk, cls, sep, mask);
  }

  /**
   * What a model folder says of its special tokens; BERT's spelling for those it does not name.
   *
   * @throws ConfigException if the file is not JSON
   */
  public static SpecialTokens of(Storage storage, String folder) {
    for (String name : FILES) {
      String path = folder + "/" + name;
      Optional<byte[]> bytes = storage.readIfThere(path);
      if (bytes.isPresent()) {
        return parse(path, bytes.get());
      }
    }
    return BERT;
  }

  private static SpecialTokens parse(String path, byte[] bytes) {
    try {
      JsonNode json = new ObjectMapper().readTree(new String(bytes, StandardCharsets.UTF_8));
      return new SpecialTokens(
          spelling(json.path("pad_token"), BERT.pad),
          spelling(json.path("unk_token"), BERT.unk),
          spelling(json.path("cls_token"), BERT.cls),
          spelling(json.path("sep_token"), BERT.sep),
          spelling(json.path("mask_token"), BERT.mask));
    } catch (JsonProcessingException e) {
      throw new ConfigException(path + ": not valid JSON: " + e.getOriginalMessage(), e);
    }
  }

  /** A text, or an object whose {@code content} is the text. */
  private static String spelling(JsonNode token, String standard) {
    JsonNode text = token.isObject() ? token.path("content") : token;
    return text.isTextual() ? text.asText() : standard;
  }
}
