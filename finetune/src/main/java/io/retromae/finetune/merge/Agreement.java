package io.retromae.finetune.merge;

import io.retromae.core.failure.ConfigException;
import io.retromae.core.vocab.Vocabulary;
import io.retromae.embed.encoder.EncoderDefaults;
import io.retromae.embed.encoder.EncoderFolder;
import io.retromae.training.bert.BertShape;
import io.retromae.training.bert.Pooling;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Whether a mean of weights means anything: the same sizes, the same tokens under the same ids,
 * words split alike, vectors made alike. Dropout and other settings of training may differ.
 */
final class Agreement {
  private Agreement() {}

  /**
   * Compares every folder with the first; in how vectors are made, with the first that says it.
   *
   * @return what differs and does not matter for the weights, a line each
   * @throws ConfigException naming all differences
   */
  static List<String> of(List<Part> parts) {
    Part first = parts.get(0);
    Part lead = lead(parts);
    List<String> problems = new ArrayList<>();
    List<String> aloud = new ArrayList<>();
    for (Part part : parts) {
      compare(problems, first, part, sizes(first.encoder().shape()), sizes(part.encoder().shape()));
      compareVocabulary(problems, first.encoder(), part.encoder());
      compare(problems, first, part, words(first.encoder()), words(part.encoder()));
      EncoderDefaults how = part.encoder().defaults();
      EncoderDefaults wanted = lead.encoder().defaults();
      if (part.saysHow()) {
        compare(problems, lead, part, pooling(wanted), pooling(how));
        compare(aloud, lead, part, usage(wanted), usage(how));
      }
    }
    if (!problems.isEmpty()) {
      problems.replaceAll(problem -> problem + "; only models of one kind have a mean");
      throw new ConfigException(problems);
    }
    aloud.replaceAll(line -> line + "; the first is taken");
    return aloud;
  }

  /** The folder that says how vectors are made; without one, the first. */
  static Part lead(List<Part> parts) {
    return parts.stream().filter(Part::saysHow).findFirst().orElse(parts.get(0));
  }

  /**
   * Compares a pooling, with normalized vectors, that a user asks for with what the lead says.
   *
   * @throws ConfigException if it says another
   */
  static void check(Optional<Pooling> wanted, Part lead) {
    EncoderDefaults how = lead.encoder().defaults();
    if (wanted.isPresent()
        && lead.saysHow()
        && !(how.pooling() == wanted.get() && how.normalize())) {
      throw new ConfigException(
          "--pooling: %s says already how vectors are made: %s, %s; leave the option out"
              .formatted(
                  lead.folder(),
                  how.pooling().name().toLowerCase(Locale.ROOT),
                  how.normalize() ? "normalized" : "not normalized"));
    }
  }

  private static Map<String, Object> sizes(BertShape shape) {
    Map<String, Object> sizes = new LinkedHashMap<>();
    sizes.put("vocab_size", shape.vocabSize());
    sizes.put("hidden_size", shape.hiddenSize());
    sizes.put("num_hidden_layers", shape.numHiddenLayers());
    sizes.put("num_attention_heads", shape.numAttentionHeads());
    sizes.put("intermediate_size", shape.intermediateSize());
    sizes.put("max_position_embeddings", shape.maxPositionEmbeddings());
    sizes.put("type_vocab_size", shape.typeVocabSize());
    sizes.put("layer_norm_eps", shape.layerNormEps());
    return sizes;
  }

  private static Map<String, Object> words(EncoderFolder encoder) {
    Map<String, Object> words = new LinkedHashMap<>();
    words.put("do_lower_case", encoder.wordRules().lowerCase());
    words.put("strip_accents", encoder.wordRules().stripAccents());
    words.put("tokenize_chinese_chars", encoder.wordRules().tokenizeChineseChars());
    return words;
  }

  private static Map<String, Object> pooling(EncoderDefaults how) {
    return new LinkedHashMap<>(Map.of("pooling", how.pooling(), "normalize", how.normalize()));
  }

  private static Map<String, Object> usage(EncoderDefaults how) {
    Map<String, Object> usage = new LinkedHashMap<>();
    usage.put("max_seq_length", how.maxLength());
    usage.put("prompts", new java.util.TreeMap<>(how.prompts()));
    usage.put("default_prompt_name", how.defaultPrompt().orElse("none"));
    usage.put("similarity_fn_name", how.similarity().orElse("none"));
    return usage;
  }

  private static void compare(
      List<String> into,
      Part first,
      Part other,
      Map<String, Object> wanted,
      Map<String, Object> found) {
    wanted.forEach(
        (name, value) -> {
          if (!value.equals(found.get(name))) {
            into.add(
                "%s: %s = %s, but %s has %s"
                    .formatted(other.folder(), name, found.get(name), first.folder(), value));
          }
        });
  }

  private static void compareVocabulary(
      List<String> problems, EncoderFolder first, EncoderFolder other) {
    Vocabulary wanted = first.vocabulary();
    Vocabulary found = other.vocabulary();
    if (wanted.fingerprint().equals(found.fingerprint())) {
      return;
    }
    int id = 0;
    int shorter = Math.min(wanted.size(), found.size());
    while (id < shorter && wanted.token(id).equals(found.token(id))) {
      id++;
    }
    problems.add(
        "%s: token %d of %,d is %s, but that of %s (%,d tokens) is %s"
            .formatted(
                other.folder(),
                id,
                found.size(),
                token(found, id),
                first.folder(),
                wanted.size(),
                token(wanted, id)));
  }

  private static String token(Vocabulary vocabulary, int id) {
    return id < vocabulary.size() ? "'" + vocabulary.token(id) + "'" : "not there";
  }
}
