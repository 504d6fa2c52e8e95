package io.retromae.finetune.pairs;

import io.retromae.core.failure.ConfigException;
import io.retromae.core.hash.Sha256;
import io.retromae.finetune.pairs.make.PairKind;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds the rule of a source, and names the data sets that come of it. */
public final class PairRules {
  private static final int HASH_DIGITS = 8;

  private final Map<String, PairRule> bySource = new HashMap<>();

  /**
   * From settings.
   *
   * @throws ConfigException if a source has two rules
   */
  public PairRules(List<PairRule> rules) {
    for (PairRule rule : rules) {
      if (bySource.put(rule.source(), rule) != null) {
        throw new ConfigException(
            "rules: source '%s' has two rules; give one with all its kinds"
                .formatted(rule.source()));
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

  /** The name of a data set, fit for a file; different for different sources. */
  public String name(String source, PairKind kind) {
    Optional<PairRule> own = Optional.ofNullable(bySource.get(source));
    return own.flatMap(PairRule::name).orElseGet(() -> plain(source)) + "-" + kind.label();
  }

  /** Letters and digits of ASCII; what loses others is told apart by a hash. */
  private static String plain(String source) {
    String plain = source.replaceAll("[^A-Za-z0-9]+", "-").replaceAll("^-+|-+$", "");
    boolean same = source.replaceAll("[ /(),.:_-]+", "").matches("[A-Za-z0-9]*");
    String hash = Sha256.of(source).substring(0, HASH_DIGITS);
    return same && !plain.isEmpty() ? plain : plain.isEmpty() ? hash : plain + "-" + hash;
  }
}
