package io.retromae.embed.encoder;

import io.retromae.core.vocab.IdBuffer;
import io.retromae.core.vocab.Vocabulary;
import io.retromae.core.vocab.WordPieceTokenizer;
import io.retromae.core.vocab.WordRules;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Texts to ids as the tokenizer of a model folder makes them, which takes the spelling of a special
 * token for that token ({@code title [SEP] abstract}): letter by letter, before anything else is
 * done to the text, the longest of several. What lies between is WordPiece. One thread at a time.
 */
public final class ModelTokenizer {
  private final Vocabulary vocabulary;
  private final WordPieceTokenizer words;
  private final List<String> spellings;
  private final Pattern special;
  private final IdBuffer ids = new IdBuffer();

  /** A tokenizer over the vocabulary of a model. */
  public ModelTokenizer(Vocabulary vocabulary, WordRules rules) {
    this.vocabulary = vocabulary;
    this.words = new WordPieceTokenizer(vocabulary, rules);
    this.spellings = vocabulary.special().all();
    this.special =
        Pattern.compile(
            spellings.stream()
                .sorted(Comparator.comparingInt(String::length).reversed())
                .map(Pattern::quote)
                .collect(Collectors.joining("|")));
  }

  /**
   * The ids of a text, [CLS] and [SEP] not put around it.
   *
   * @param text any text; a lone surrogate is dropped
   */
  public int[] encode(String text) {
    if (spellings.stream().noneMatch(text::contains)) { // nearly all, found faster this way
      return words.encode(text);
    }
    ids.clear();
    int start = 0;
    Matcher found = special.matcher(text);
    while (found.find()) {
      words.encode(text, start, found.start(), ids);
      ids.add(vocabulary.id(found.group()).orElseThrow());
      start = found.end();
    }
    words.encode(text, start, text.length(), ids);
    return ids.toArray();
  }
}
