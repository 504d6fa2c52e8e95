package io.retromae.core.vocab;

import java.util.Arrays;

/**
 * Text to token ids, equal to those of Hugging Face's {@code BertTokenizerFast}: BERT's text
 * clean-up and word split, then greedy longest-match WordPiece. A special token's spelling inside
 * the text is plain text here. Keeps the ids of words seen; one thread at a time, so make one for
 * each task.
 */
public final class WordPieceTokenizer {
  /** Longer words are unknown, as in the reference. */
  public static final int MAX_CHARACTERS_PER_WORD = 100;

  private static final int BMP = 0x10000;

  private final BertWords words;
  private final BertWords.WordSink addWord = this::addWord;
  private final PieceTrie tokens;
  private final int unkId;
  private final int[] idOfCharacter = new int[BMP];
  private final WordCache seen = new WordCache();
  private final int[] pieces = new int[2 * MAX_CHARACTERS_PER_WORD];
  private final IdBuffer own = new IdBuffer();
  private IdBuffer out = own;

  /** A tokenizer over a vocabulary. */
  public WordPieceTokenizer(Vocabulary vocabulary, WordRules rules) {
    this.words = new BertWords(rules);
    this.tokens = new PieceTrie(vocabulary.tokens());
    this.unkId = vocabulary.unkId();
    Arrays.fill(idOfCharacter, unkId);
    for (int id = 0; id < vocabulary.size(); id++) {
      String token = vocabulary.token(id);
      if (token.length() == 1) {
        idOfCharacter[token.charAt(0)] = id;
      }
    }
  }

  /**
   * The ids of a text, special tokens not added.
   *
   * @param text any text; a lone surrogate counts as a control character and is dropped
   */
  public int[] encode(String text) {
    own.clear();
    encode(text, 0, text.length(), own);
    return own.toArray();
  }

  /**
   * Adds the ids of the part [start, end) of a text to a buffer; they equal those of the part cut
   * out.
   *
   * @return number of ids added
   */
  public int encode(String text, int start, int end, IdBuffer ids) {
    int before = ids.size();
    out = ids;
    words.split(text, start, end, addWord);
    out = own;
    return ids.size() - before;
  }

  private void addWord(char[] word, int length) {
    if (length == 1) {
      out.add(idOfCharacter[word[0]]);
      return;
    }
    int number = seen.find(word, length);
    if (number == WordCache.UNKNOWN) {
      addNewWord(word, length);
    } else {
      seen.copyIds(number, out);
    }
  }

  private void addNewWord(char[] word, int length) {
    if (length > pieces.length || characters(word, length) > MAX_CHARACTERS_PER_WORD) {
      out.add(unkId);
      return;
    }
    int count = fillPieces(word, length);
    out.addAll(pieces, 0, count);
    seen.put(word, length, pieces, count);
  }

  private static int characters(char[] word, int length) {
    return Character.codePointCount(word, 0, length);
  }

  /** Greedy longest match from the left; a word with a part that is not there is unknown whole. */
  private int fillPieces(char[] word, int length) {
    int count = 0;
    int start = 0;
    while (start < length) {
      long match = tokens.longest(word, start, length);
      if (match == PieceTrie.NO_MATCH) {
        pieces[0] = unkId;
        return 1;
      }
      pieces[count++] = (int) match;
      start = (int) (match >>> Integer.SIZE);
    }
    return count;
  }
}
