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
  private final boolean lowerCase;
  private final int unkId;
  private final int longestToken;
  private final int[] idOfCharacter = new int[BMP];
  private final String[] folded = new String[BMP];
  private final Map<String, int[]> seen = new HashMap<>();

  private int[] out = new int[256];
  private int size;
  private final StringBuilder word = new StringBuilder();

  /**
   * A tokenizer over a vocabulary.
   *
   * @param lowerCase also strips accents, as BERT's uncased models do
   */
  public WordPieceTokenizer(Vocabulary vocabulary, boolean lowerCase) {
    this.ids = vocabulary.ids();
    this.lowerCase = lowerCase;
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
    word.setLength(0);
    int length = text.length();
    for (int i = 0; i < length; ) {
      char first = text.charAt(i);
      int c = first;
      i++;
      if (Character.isHighSurrogate(first) && i < length) {
        char second = text.charAt(i);
        if (Character.isLowSurrogate(second)) {
          c = Character.toCodePoint(first, second);
          i++;
        }
      }
      take(c);
    }
    endWord();
    return Arrays.copyOf(out, size);
  }

  private void take(int c) {
    if (c < 0x80 && (c >= 'a' && c <= 'z' || c >= '0' && c <= '9')) {
      word.append((char) c);
    } else if (c >= 'A' && c <= 'Z') {
      word.append((char) (lowerCase ? c + 32 : c));
    } else if (BertCharacters.isIdeograph(c)) {
      endWord();
      takeAll(c);
      endWord();
    } else if (BertCharacters.isBlank(c)) {
      endWord();
    } else if (!BertCharacters.isRemoved(c)) {
      takeAll(c);
    }
  }

  /** A character after folding, which may have become none, several, blanks or punctuation. */
  private void takeAll(int c) {
    if (!lowerCase) {
      takeFolded(c);
      return;
    }
    String replacement = fold(c);
    for (int i = 0; i < replacement.length(); ) {
      int x = replacement.codePointAt(i);
      takeFolded(x);
      i += Character.charCount(x);
    }
  }

  private void takeFolded(int c) {
    if (BertCharacters.isPunctuation(c)) {
      endWord();
      word.appendCodePoint(c);
      endWord();
    } else if (BertCharacters.isBlank(c)) {
      endWord();
    } else {
      word.appendCodePoint(c);
    }
  }

  private String fold(int c) {
    if (c >= BMP) {
      return BertCharacters.fold(c);
    }
    String known = folded[c];
    if (known == null) {
      known = BertCharacters.fold(c);
      folded[c] = known;
    }
    return known;
  }

  private void endWord() {
    int length = word.length();
    if (length == 1) {
      add(idOfCharacter[word.charAt(0)]);
    } else if (length > 1) {
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
    word.setLength(0);
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
