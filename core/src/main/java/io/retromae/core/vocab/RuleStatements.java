package io.retromae.core.vocab;

import io.retromae.core.failure.ConfigException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What the files of a model say of {@link WordRules}, each option with who says it. */
public final class RuleStatements {
  private static final String LOWER_CASE = "lower_case";
  private static final String STRIP_ACCENTS = "strip_accents";
  private static final String CHINESE = "tokenize_chinese_chars";

  private final Map<String, Said> said = new TreeMap<>();
  private final List<String> overruled = new ArrayList<>();

  private record Said(boolean value, String file, String key) {
    @Override
    public String toString() {
      return "%s says %s = %s".formatted(file, key, value);
    }
  }

  void lowerCase(boolean value, String file, String key) {
    add(LOWER_CASE, new Said(value, file, key));
  }

  void stripAccents(boolean value, String file, String key) {
    add(STRIP_ACCENTS, new Said(value, file, key));
  }

  void tokenizeChineseChars(boolean value, String file, String key) {
    add(CHINESE, new Said(value, file, key));
  }

  /**
   * What {@code tokenizer_config.json} makes of a {@code tokenizer.json} that has been read. The
   * tokenizers of transformers that are BERT's (4.x and 5.x) take these three options from the
   * former, or their defaults, whatever the latter says.
   *
   * @param config its options that are given; null is as absent
   */
  void overruleBy(String config, Map<String, Boolean> given) {
    Boolean lowerCase = given.get("do_lower_case");
    Boolean strip = given.get("strip_accents");
    Boolean chinese = given.get("tokenize_chinese_chars");
    boolean lower = lowerCase == null || lowerCase;
    overrule(LOWER_CASE, lower, config, "do_lower_case", lowerCase == null, " by default");
    overrule(
        STRIP_ACCENTS,
        strip == null ? lower : strip,
        config,
        "strip_accents",
        strip == null,
        " as do_lower_case");
    overrule(
        CHINESE,
        chinese == null || chinese,
        config,
        "tokenize_chinese_chars",
        chinese == null,
        " by default");
  }

  private void overrule(
      String option, boolean value, String file, String key, boolean absent, String why) {
    Said before = said.get(option);
    if (before.value() != value) {
      Said next = new Said(value, file, absent ? key + why : key);
      overruled.add("%s, but %s; taken is %s, as by transformers".formatted(before, next, value));
      said.put(option, next);
    }
  }

  /** Whether all three are known. */
  boolean complete() {
    return said.size() == 3;
  }

  /** Each statement that another one overrules, with both. */
  List<String> overruled() {
    return List.copyOf(overruled);
  }

  private void add(String option, Said next) {
    Said before = said.putIfAbsent(option, next);
    if (before != null && before.value() != next.value()) {
      throw new ConfigException("%s, but %s; mend the file that is wrong".formatted(before, next));
    }
  }

  /** A folder that speaks of lower case and not of the others means Hugging Face's defaults. */
  void fillIn() {
    Said lowerCase = said.get(LOWER_CASE);
    if (lowerCase != null) {
      said.putIfAbsent(STRIP_ACCENTS, lowerCase);
      said.putIfAbsent(CHINESE, new Said(true, lowerCase.file(), CHINESE + " by default"));
    }
  }

  /**
   * The rules that the model is used with; what its files leave open is as in BERT's published
   * models that lower-case, Hugging Face's default.
   */
  public WordRules orBert() {
    return new WordRules(value(LOWER_CASE), value(STRIP_ACCENTS), value(CHINESE));
  }

  /** Options that no file speaks of. */
  public List<String> open() {
    return Stream.of(LOWER_CASE, STRIP_ACCENTS, CHINESE).filter(o -> !said.containsKey(o)).toList();
  }

  private boolean value(String option) {
    Said model = said.get(option);
    return model == null || model.value();
  }

  /**
   * In what the rules differ from the model, each in words: {@code lower_case = true, but
   * model/tokenizer_config.json says do_lower_case = false; set lower_case: false}.
   *
   * @param rules what is asked for
   * @param mend how to mend it, with {@code %s} for the setting and its right value
   */
  public List<String> differences(WordRules rules, String mend) {
    List<String> differences = new ArrayList<>();
    compare(LOWER_CASE, rules.lowerCase(), mend, differences);
    boolean toldAlready = !differences.isEmpty() && stripAccentsFollows(rules);
    if (!toldAlready) {
      compare(STRIP_ACCENTS, rules.stripAccents(), mend, differences);
    }
    compare(CHINESE, rules.tokenizeChineseChars(), mend, differences);
    return differences;
  }

  /** Whether accents go with the lower case, asked for as well as said. */
  private boolean stripAccentsFollows(WordRules rules) {
    return rules.stripAccents() == rules.lowerCase()
        && said.get(STRIP_ACCENTS).value() == said.get(LOWER_CASE).value();
  }

  private void compare(String option, boolean asked, String mend, List<String> differences) {
    Said model = said.get(option);
    if (model != null && model.value() != asked) {
      String right = "%s: %s".formatted(option, model.value());
      differences.add("%s = %s, but %s; ".formatted(option, asked, model) + mend.formatted(right));
    }
  }
}
