package io.retromae.finetune.pairs;

import io.retromae.core.failure.ConfigException;
import io.retromae.core.hash.Sha256;
import io.retromae.finetune.pairs.make.PairKind;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Finds the rule of a source, and names the data sets that come of it. */
public final class PairRules {
  private static final int HASH_DIGITS = 8;

  /** Words between single blanks: no other text of this form is folded to the same. */
  private static final Pattern WORDS = Pattern.compile("[A-Za-z0-9]+( [A-Za-z0-9]+)*");

  /** A corpus and its source, likewise. */
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9]+(/" + WORDS.pattern() + ")?");

  /** What loses separators alone. */
  private static final Pattern LOSSLESS = Pattern.compile("[A-Za-z0-9 /(),.:_-]*");

  private final Map<String, PairRule> bySource = new HashMap<>();

  /** How many rules' names begin so. */
  private final Map<String, Integer> bases = new HashMap<>();

  /**
   * From settings.
   *
   * @throws ConfigException if a source has two rules, or two rules would give one data set
   */
  public PairRules(List<PairRule> rules) {
    for (PairRule rule : rules) {
      if (bySource.put(rule.source(), rule) != null) {
        throw new ConfigException(
            "rules: source '%s' has two rules; give one with all its kinds"
                .formatted(rule.source()));
      }
      bases.merge(rule.name().orElseGet(() -> plain(rule.source())), 1, Integer::sum);
    }
    refuseEqualNames(rules);
  }

  private static void refuseEqualNames(List<PairRule> rules) {
    Map<String, PairRule> named = new HashMap<>();
    for (PairRule rule : rules) {
      for (PairKind kind : rule.name().isPresent() ? rule.kinds() : List.<PairKind>of()) {
        String set = rule.name().get() + "-" + kind.label();
        PairRule other = named.putIfAbsent(set, rule);
        if (other != null && other != rule) {
          throw new ConfigException(
              "rules: the data set %s would hold pairs of %s and of %s; give one of them another name"
                  .formatted(set, other.source(), rule.source()));
        }
      }
    }
  }

  /** Kinds of pairs that a source's documents are tried for; none if it has no rule. */
  public List<PairKind> kinds(String source) {
    return rule(source).map(PairRule::kinds).orElse(List.of());
  }

  private Optional<PairRule> rule(String source) {
    return Optional.ofNullable(bySource.get(source))
        .or(() -> Optional.ofNullable(bySource.get(corpus(source))));
  }

  private static String corpus(String source) {
    int slash = source.indexOf('/');
    return slash < 0 ? source : source.substring(0, slash);
  }

  /**
   * The name of a data set, fit for a file. Without names in rules, different sources have
   * different ones: what folding may have taken from another source's is told apart by a hash.
   */
  public String name(String source, PairKind kind) {
    return base(source) + "-" + kind.label();
  }

  private String base(String source) {
    PairRule own = bySource.get(source);
    if (own != null) {
      return own.name().orElseGet(() -> ofRule(source));
    }
    Optional<String> corpus = rule(source).flatMap(PairRule::name);
    String plain = plain(source);
    if (corpus.isPresent()) {
      String rest = source.substring(corpus(source).length() + 1);
      return corpus.get() + "-" + (WORDS.matcher(rest).matches() ? plain(rest) : hashed(source));
    }
    boolean taken = !PLAIN.matcher(source).matches() || bases.containsKey(plain);
    return taken ? hashed(source) : plain;
  }

  /** Of a source with a rule: its letters and digits, if no other rule begins with them. */
  private String ofRule(String source) {
    String plain = plain(source);
    boolean whole = LOSSLESS.matcher(source).matches() && !plain.isEmpty();
    return whole && bases.get(plain) == 1 ? plain : hashed(source);
  }

  private static String hashed(String source) {
    String plain = plain(source);
    String hash = Sha256.of(source).substring(0, HASH_DIGITS);
    return plain.isEmpty() ? hash : plain + "-" + hash;
  }

  private static String plain(String source) {
    return source.replaceAll("[^A-Za-z0-9]+", "-").replaceAll("^-+|-+$", "");
  }
}
