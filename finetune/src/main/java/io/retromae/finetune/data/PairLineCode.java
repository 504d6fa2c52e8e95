package io.retromae.finetune.data;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A line as bytes: query, positives, negatives, scores of both, prompt, kind, batch size, group
 * size. Numbers are of seven bits a byte, the lowest first; lists and texts begin with their
 * length. A text is of one byte a character where all fit, else of two, so that it comes back as it
 * was, half a surrogate pair included.
 */
final class PairLineCode {
  private static final int LATIN = 0;
  private static final int WIDE = 1;
  private static final int LARGEST_LATIN = 0xFF;
  private static final int SEVEN = 7;
  private static final int LOW = 0x7F;
  private static final int MORE = 0x80;

  /** Bytes of a text's length and width, at most. */
  private static final int HEAD = 6;

  /** Of all that a line has once: two texts' heads, four lengths, four numbers; at most. */
  private static final int FIXED = 2 * HEAD + 8 * (HEAD - 1);

  private PairLineCode() {}

  /** At most so many bytes {@link #write} puts. */
  static long mostBytes(PairLine line) {
    long texts = (long) line.positives().size() + line.negatives().size();
    long scores = (long) line.positiveScores().length + line.negativeScores().length;
    long characters = line.query().length() + line.traits().prompt().map(String::length).orElse(0);
    for (List<String> passages : List.of(line.positives(), line.negatives())) {
      characters += passages.stream().mapToLong(String::length).sum();
    }
    return FIXED + texts * HEAD + characters * Character.BYTES + scores * Double.BYTES;
  }

  static void write(PairLine line, ByteBuffer out) {
    text(line.query(), out);
    texts(line.positives(), out);
    texts(line.negatives(), out);
    scores(line.positiveScores(), out);
    scores(line.negativeScores(), out);
    PairLine.Traits traits = line.traits();
    number(traits.prompt().isPresent() ? 1 : 0, out);
    traits.prompt().ifPresent(prompt -> text(prompt, out));
    number(traits.kind().ordinal(), out);
    number(traits.batchSize().orElse(0), out);
    number(traits.groupSize().orElse(0), out);
  }

  static PairLine read(ByteBuffer in) {
    String query = text(in);
    List<String> positives = texts(in);
    List<String> negatives = texts(in);
    double[] positiveScores = scores(in);
    double[] negativeScores = scores(in);
    Optional<String> prompt = number(in) == 0 ? Optional.empty() : Optional.of(text(in));
    PairLine.Kind kind = PairLine.Kind.values()[number(in)];
    PairLine.Traits traits = new PairLine.Traits(prompt, kind, count(in), count(in));
    return new PairLine(query, positives, negatives, positiveScores, negativeScores, traits);
  }

  private static OptionalInt count(ByteBuffer in) {
    int count = number(in);
    return count == 0 ? OptionalInt.empty() : OptionalInt.of(count);
  }

  private static void texts(List<String> texts, ByteBuffer out) {
    number(texts.size(), out);
    texts.forEach(text -> text(text, out));
  }

  private static List<String> texts(ByteBuffer in) {
    int size = number(in);
    List<String> texts = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      texts.add(text(in));
    }
    return texts;
  }

  private static void scores(double[] scores, ByteBuffer out) {
    number(scores.length, out);
    for (double score : scores) {
      out.putDouble(score);
    }
  }

  private static double[] scores(ByteBuffer in) {
    double[] scores = new double[number(in)];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = in.getDouble();
    }
    return scores;
  }

  private static void text(String text, ByteBuffer out) {
    number(text.length(), out);
    boolean latin = text.chars().allMatch(c -> c <= LARGEST_LATIN);
    out.put((byte) (latin ? LATIN : WIDE));
    for (int i = 0; i < text.length(); i++) {
      if (latin) {
        out.put((byte) text.charAt(i));
      } else {
        out.putChar(text.charAt(i));
      }
    }
  }

  private static String text(ByteBuffer in) {
    char[] characters = new char[number(in)];
    if (in.get() == LATIN) {
      for (int i = 0; i < characters.length; i++) {
        characters[i] = (char) Byte.toUnsignedInt(in.get());
      }
    } else {
      for (int i = 0; i < characters.length; i++) {
        characters[i] = in.getChar();
      }
    }
    return new String(characters);
  }

  private static void number(int number, ByteBuffer out) {
    int rest = number;
    while (rest > LOW) {
      out.put((byte) (rest & LOW | MORE));
      rest >>>= SEVEN;
    }
    out.put((byte) rest);
  }

  private static int number(ByteBuffer in) {
    int number = 0;
    int shift = 0;
    byte b = in.get();
    while (b < 0) {
      number |= (b & LOW) << shift;
      shift += SEVEN;
      b = in.get();
    }
    return number | b << shift;
  }
}
