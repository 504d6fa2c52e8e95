package io.retromae.core.vocab;

import io.retromae.core.failure.ConfigException;
import io.retromae.core.hash.Sha256;
import io.retromae.core.storage.Storage;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.OptionalInt;

/**
 * A WordPiece vocabulary: token to id and back, and the five special tokens of BERT. Immutable and
 * thread-safe.
 */
public final class Vocabulary implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The special tokens of a new vocabulary, in BERT's spelling. */
  public static final List<String> SPECIAL_TOKENS = SpecialTokens.BERT.all();

  private final ArrayList<String> tokens;
  private final HashMap<String, Integer> ids;
  private final SpecialTokens special;
  private final String fingerprint;

  private Vocabulary(List<String> tokens, SpecialTokens special) {
    this.tokens = new ArrayList<>(tokens);
    this.special = special;
    this.ids = new HashMap<>(2 * tokens.size());
    for (int id = 0; id < tokens.size(); id++) {
      ids.putIfAbsent(tokens.get(id), id);
    }
    this.fingerprint = Sha256.of(String.join("\n", tokens));
  }

  /**
   * A vocabulary of these tokens; a token's id is its index.
   *
   * @throws ConfigException if a special token is missing or a token is given twice
   */
  public static Vocabulary of(List<String> tokens) {
    return of(tokens, SpecialTokens.BERT);
  }

  /**
   * A vocabulary that spells its special tokens in its own way.
   *
   * @throws ConfigException if a special token is missing or a token is given twice
   */
  public static Vocabulary of(List<String> tokens, SpecialTokens special) {
    return checked("vocabulary", tokens, special);
  }

  /**
   * Reads a vocabulary: a {@code vocab.txt}, one token a line, or the {@code tokenizer.json} of a
   * BERT model; see {@link TokenizerFolder}.
   *
   * @param path the file, or a folder that holds one of them
   * @throws ConfigException if it is missing, not a BERT vocabulary, or files beside it say
   *     otherwise
   */
  public static Vocabulary load(Storage storage, String path) {
    return TokenizerFolder.open(storage, path).vocabulary();
  }

  /** One of these tokens, if they are a BERT vocabulary. */
  static Vocabulary checked(String name, List<String> tokens, SpecialTokens special) {
    Vocabulary vocabulary = new Vocabulary(tokens, special);
    for (String token : special.all()) {
      if (!vocabulary.ids.containsKey(token)) {
        throw new ConfigException(
            "%s: lacks %s; a BERT vocabulary holds %s".formatted(name, token, special.all())
                + ", or others that special_tokens_map.json names");
      }
    }
    for (int id = 0; id < tokens.size(); id++) {
      int first = vocabulary.ids.get(tokens.get(id));
      if (first != id) {
        throw new ConfigException(
            "%s:%d: token '%s' stands already in line %d; remove one"
                .formatted(name, id + 1, tokens.get(id), first + 1));
      }
    }
    return vocabulary;
  }

  /** Number of tokens, V. */
  public int size() {
    return tokens.size();
  }

  /** The token of an id in [0, V). */
  public String token(int id) {
    return tokens.get(id);
  }

  /** All tokens by id. */
  public List<String> tokens() {
    return List.copyOf(tokens);
  }

  /** The id of a token, if it is in the vocabulary. */
  public OptionalInt id(String token) {
    Integer id = ids.get(token);
    return id == null ? OptionalInt.empty() : OptionalInt.of(id);
  }

  /** The special tokens' spelling. */
  public SpecialTokens special() {
    return special;
  }

  /** Id of [PAD]. */
  public int padId() {
    return ids.get(special.pad());
  }

  /** Id of [UNK]. */
  public int unkId() {
    return ids.get(special.unk());
  }

  /** Id of [CLS]. */
  public int clsId() {
    return ids.get(special.cls());
  }

  /** Id of [SEP]. */
  public int sepId() {
    return ids.get(special.sep());
  }

  /** Id of [MASK]. */
  public int maskId() {
    return ids.get(special.mask());
  }

  /** Whether the id is one of the five special tokens. */
  public boolean isSpecial(int id) {
    return special.all().contains(tokens.get(id));
  }

  /** Whether the token goes on with the word of the token before it. */
  public boolean continuesWord(int id) {
    return tokens.get(id).startsWith("##");
  }

  /** SHA-256 over the tokens, joined by line feeds; hexadecimal. */
  public String fingerprint() {
    return fingerprint;
  }
}
