package io.retromae.core.vocab;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Text to token ids, equal to those of Hugging Face's {@code BertTokenizerFast}: BERT's text
 * clean-up and word split, then greedy longest-match WordPiece. A special token's spelling inside
 * the text is plain text here. Keeps the ids of words seen; one thread at a time, so make one for
 * each task.
 */
public final class WordPieceTokenizer {
  /** Longer words are unknown, as in the reference. */
  private static final int MAX_CHARACTERS_PER_WORD = 100;

  private static final int CACHED_WORDS = 1 << 16;
  private static final int BMP = 0x10000;

  private final Map<String, Integer> ids;
  private final BertWords words;
  private final int unkId;
  private final int longestToken;
  private final int[] idOfCharacter = new int[BMP];
  private final Map<String, int[]> seen = new HashMap<>();

  private int[] out = new int[256];
  private int size;

  /**
   * A tokenizer over a vocabulary.
   *
   * @param lowerCase also strips accents, as BERT's uncased models do
   */
  public WordPieceTokenizer(Vocabulary vocabulary, boolean lowerCase) {
    this.ids = vocabulary.ids();
    this.words = new BertWords(lowerCase);
    this.unkId = vocabulary.unkId();
    this.longestToken = vocabulary.tokens().stream().mapToInt(String::length).max().orElseThrow();
    for (int c = 0; c < BMP; c++) {
      idOfCharacter[c] = ids.getOrDefault(String.valueOf((char) c), unkId);
    }
  }

  /**
   * The ids of a text, special tokens not added.
   *
   * @param text any text; a lone surrogate counts as a control character and is dropped
   */
  public int[] encode(String text) {
    size = 0;
    words.split(text, this::addWord);
    return Arrays.copyOf(out, size);
  }

  private void addWord(CharSequence word) {
    if (word.length() == 1) {
      add(idOfCharacter[word.charAt(0)]);
      return;
    }
    String text = word.toString();
    int[] pieces = seen.get(text);
    if (pieces == null) {
      pieces = pieces(text);
      if (seen.size() >= CACHED_WORDS) {
        seen.clear();
      }
      seen.put(text, pieces);
    }
    for (int id : pieces) {
      add(id);
    }
  }

  /** Greedy longest match from the left; a word with a part that is not there is unknown whole. */
  private int[] pieces(String text) {
    int[] unknown = {unkId};
    if (text.codePointCount(0, text.length()) > MAX_CHARACTERS_PER_WORD) {
      return unknown;
    }
    int[] pieces = new int[text.length()];
    int count = 0;
    int start = 0;
    while (start < text.length()) {
      int end = Math.min(text.length(), start + longestToken);
      Integer id = lookUp(text, start, end);
      while (id == null && end > start + 1) {
        end--;
        id = lookUp(text, start, end);
      }
      if (id == null) {
        return unknown;
      }
      pieces[count++] = id;
      start = end;
    }
    return Arrays.copyOf(pieces, count);
  }

  private Integer lookUp(String text, int start, int end) {
    String part = text.substring(start, end);
    return ids.get(start == 0 ? part : "##" + part);
  }

  private void add(int id) {
    if (size == out.length) {
      out = Arrays.copyOf(out, 2 * size);
    }
    out[size++] = id;
  }
}
