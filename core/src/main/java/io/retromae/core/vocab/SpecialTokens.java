package io.retromae.core.vocab;

import com.fasterxml.jackson.databind.JsonNode;
import io.retromae.core.failure.ConfigException;
import java.io.Serializable;
import java.util.List;
import java.util.Map;

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

  /** All five: pad, unk, cls, sep, mask. */
  public List<String> all() {
    return List.of(pad, unk, cls, sep, mask);
  }

  /**
   * What the files of a model folder say of its special tokens; BERT's spelling for those that none
   * names.
   *
   * @param files by path
   * @throws ConfigException if two files spell one differently
   */
  static SpecialTokens of(Map<String, JsonNode> files) {
    return new SpecialTokens(
        spelling(files, "pad_token", BERT.pad),
        spelling(files, "unk_token", BERT.unk),
        spelling(files, "cls_token", BERT.cls),
        spelling(files, "sep_token", BERT.sep),
        spelling(files, "mask_token", BERT.mask));
  }

  private static String spelling(Map<String, JsonNode> files, String key, String standard) {
    String first = "";
    String found = "";
    for (Map.Entry<String, JsonNode> file : files.entrySet()) {
      String text = spelling(file.getValue().path(key));
      if (!found.isEmpty() && !text.isEmpty() && !text.equals(found)) {
        throw new ConfigException(
            "%s says %s = %s, but %s says %s; mend the file that is wrong"
                .formatted(first, key, found, file.getKey(), text));
      }
      if (found.isEmpty() && !text.isEmpty()) {
        first = file.getKey();
        found = text;
      }
    }
    return found.isEmpty() ? standard : found;
  }

  /** A text, or an object whose {@code content} is the text; empty if neither. */
  private static String spelling(JsonNode token) {
    JsonNode text = token.isObject() ? token.path("content") : token;
    return text.isTextual() ? text.asText() : "";
  }
}
