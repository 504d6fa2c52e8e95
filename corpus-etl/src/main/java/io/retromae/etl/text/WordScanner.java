package io.retromae.etl.text;

import java.util.Arrays;

/**
 * Finds where words begin and end, in one scan. What stands between blanks is a chunk. From a chunk
 * {@link EnglishAffixes} are split off, first at both ends, again and again, then inside; {@link
 * EnglishExceptions} and addresses stay as they are. At last, neighbours that make an exception
 * together are joined: {@code :)} in {@code well:)}. East Asian characters and punctuation marks
 * are words of their own and bound chunks.
 */
final class WordScanner {
  private static final int LETTERS =
      CharKinds.LETTER
          | CharKinds.ALPHA
          | CharKinds.LOWER
          | CharKinds.UPPER
          | CharKinds.BEFORE_STOP;

  private static final int BOUNDS = CharKinds.SPACE | CharKinds.ALONE;

  private static final int LONGEST_JOINED = 12;

  private final String text;
  private final EnglishExceptions exceptions;
  private int count;
  private int[] starts;
  private int[] ends;
  private int[] suffixes = new int[8];

  /** Scans the text. */
  WordScanner(String text) {
    this(text, EnglishExceptions.english());
  }

  private WordScanner(String text, EnglishExceptions exceptions) {
    this.text = text;
    this.exceptions = exceptions;
    starts = new int[text.length() / 5 + 8];
    ends = new int[starts.length];
    scan();
  }

  /** How many words the text would have without exceptions. */
  static int countPlainWords(String text) {
    return new WordScanner(text, EnglishExceptions.EMPTY).count;
  }

  /** Where words begin. */
  int[] starts() {
    return Arrays.copyOf(starts, count);
  }

  /** Where words end. */
  int[] ends() {
    return Arrays.copyOf(ends, count);
  }

  private void scan() {
    int i = 0;
    while (i < text.length()) {
      int kinds = CharKinds.of(text.charAt(i));
      if ((kinds & CharKinds.SPACE) != 0) {
        i++;
      } else {
        int alone = alone(i, kinds);
        if (alone > 0) {
          push(i, i + alone);
          i += alone;
        } else {
          i = chunk(i);
        }
      }
    }
  }

  /** Length of the character if it is a word of its own. */
  private int alone(int i, int kinds) {
    if ((kinds & CharKinds.ALONE) != 0) {
      return 1;
    }
    boolean pair = kinds == 0 && Character.isHighSurrogate(text.charAt(i));
    return pair && (CharKinds.of(text.codePointAt(i)) & CharKinds.ALONE) != 0 ? 2 : 0;
  }

  /** Divides the chunk that begins at start; returns its end. */
  private int chunk(int start) {
    int all = 0;
    int end = start;
    while (end < text.length()) {
      int kinds = CharKinds.of(text.charAt(end));
      if ((kinds & BOUNDS) != 0 || kinds == 0 && alone(end, kinds) > 0) {
        break;
      }
      all |= kinds == 0 ? CharKinds.EDGE : kinds;
      end++;
    }
    if ((all & ~LETTERS) == 0) {
      whole(start, end);
    } else {
      int first = count;
      divide(start, end);
      if (count - first > 1) {
        join(first);
      }
    }
    return end;
  }

  /** A word without affixes: an exception or one word. */
  private void whole(int start, int end) {
    if (!exception(start, end)) {
      push(start, end);
    }
  }

  private boolean exception(int start, int end) {
    int division = exceptions.find(text, start, end);
    if (division == EnglishExceptions.NONE) {
      return false;
    }
    int from = start;
    int first = EnglishExceptions.firstCut(division);
    int second = EnglishExceptions.secondCut(division);
    if (first > 0) {
      push(from, start + first);
      from = start + first;
    }
    if (second > 0) {
      push(from, start + second);
      from = start + second;
    }
    push(from, end);
    return true;
  }

  private boolean isException(int start, int end) {
    return start < end && exceptions.find(text, start, end) != EnglishExceptions.NONE;
  }

  /** Splits affixes off at both ends until an exception or nothing more to split off is left. */
  private void divide(int chunkStart, int chunkEnd) {
    int start = chunkStart;
    int end = chunkEnd;
    int split = 0;
    while (start < end && !isException(start, end)) {
      int prefix = EnglishAffixes.prefix(text, start, end);
      if (prefix > 0 && isException(start + prefix, end)) {
        push(start, start + prefix);
        start += prefix;
        break;
      }
      int suffix = EnglishAffixes.suffix(text, start + prefix, end);
      if (prefix + suffix == 0) {
        break;
      }
      boolean exceptionLeft = suffix > 0 && isException(start, end - suffix);
      if (prefix > 0 && !exceptionLeft) {
        push(start, start + prefix);
        start += prefix;
      }
      if (suffix > 0) {
        split = pushSuffix(split, end);
        end -= suffix;
      }
      if (exceptionLeft) {
        break;
      }
    }
    if (start < end && !exception(start, end)) {
      divideInside(start, end);
    }
    for (int from = end; split > 0; from = suffixes[split]) {
      push(from, suffixes[--split]);
    }
  }

  private int pushSuffix(int split, int end) {
    if (split == suffixes.length) {
      suffixes = Arrays.copyOf(suffixes, 2 * split);
    }
    suffixes[split] = end;
    return split + 1;
  }

  private void divideInside(int start, int end) {
    int from = start;
    for (int i = start; i < end; ) {
      int infix = EnglishAffixes.infix(text, start, end, i);
      if (infix > 0 && from == start && i > start && WebAddress.matches(text, start, end)) {
        break;
      }
      if (infix > 0 && i > start) {
        if (i > from) {
          push(from, i);
        }
        push(i, i + infix);
        from = i + infix;
      }
      i += Math.max(1, infix);
    }
    if (from < end) {
      push(from, end);
    }
  }

  /** Joins neighbours from word {@code first} on that are an exception together, longest first. */
  private void join(int first) {
    long[] found = joinable(first);
    if (found.length == 0) {
      return;
    }
    Arrays.sort(found);
    int[] oldStarts = Arrays.copyOfRange(starts, first, count);
    int[] oldEnds = Arrays.copyOfRange(ends, first, count);
    int[] lengths = new int[count - first];
    Arrays.fill(lengths, 1);
    boolean[] seen = new boolean[lengths.length];
    for (long span : found) {
      int length = LONGEST_JOINED - (int) (span >>> 32);
      int from = (int) span;
      if (!seen[from] && !seen[from + length - 1]) {
        lengths[from] = length;
      }
      Arrays.fill(seen, from, from + length, true);
    }
    count = first;
    for (int i = 0; i < lengths.length; i += lengths[i]) {
      int start = oldStarts[i];
      int end = oldEnds[i + lengths[i] - 1];
      if (lengths[i] == 1 || !exception(start, end)) {
        push(start, end);
      }
    }
  }

  /** Spans of words from {@code first} on that are exceptions: longest, then first, smallest. */
  private long[] joinable(int first) {
    long[] found = new long[4];
    int size = 0;
    for (int i = first; i + 1 < count; i++) {
      for (int j = i + 1; j < count && ends[j] - starts[i] <= LONGEST_JOINED; j++) {
        int division = exceptions.find(text, starts[i], ends[j]);
        if (division != EnglishExceptions.NONE
            && EnglishExceptions.plainWords(division) == j - i + 1) {
          found = size == found.length ? Arrays.copyOf(found, 2 * size) : found;
          found[size++] = (long) (LONGEST_JOINED - (j - i + 1)) << 32 | i - first;
        }
      }
    }
    return Arrays.copyOf(found, size);
  }

  private void push(int start, int end) {
    if (count == starts.length) {
      starts = Arrays.copyOf(starts, 2 * count);
      ends = Arrays.copyOf(ends, 2 * count);
    }
    starts[count] = start;
    ends[count] = end;
    count++;
  }
}
