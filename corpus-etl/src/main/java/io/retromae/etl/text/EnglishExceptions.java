package io.retromae.etl.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Words with a division of their own: contractions such as {@code do|n't}, abbreviations such as
 * {@code Mr.}, emoticons, as in spaCy's English tokenizer (Honnibal et al., spacy.io, MIT licence).
 * A table from the word's hash to its division, built once.
 */
final class EnglishExceptions {
  /** Not in the table. */
  static final int NONE = -1;

  /** No exceptions at all. */
  static final EnglishExceptions EMPTY = new EnglishExceptions(List.of());

  private static final int SLOTS = 8192;
  private static final int LONGEST = 12;
  private static final int SHAPES = 1 << 15;

  /** Words that look like contractions but hardly ever are. */
  private static final List<String> WORDS =
      List.of(
          ("Ill ill Its its Hell hell Shell shell Shed shed were Were Well well Whore whore")
              .split(" "));

  private static final String WHOLE =
      "' '' \\\") <space> C++ \\t \\n — 'S 's ‘S ‘s 'd 're em 'em ll 'll nuff 'nuff 'Cause 'cause"
          + " 'cos 'Cos 'coz 'Coz 'cuz 'Cuz 'bout and/or w/o ma'am Ma'am o'clock O'clock lovin'"
          + " Lovin' lovin Lovin havin' Havin' havin Havin doin' Doin' doin Doin goin' Goin' goin"
          + " Goin nothin' Nothin' nothin Nothin nuthin' Nuthin' nuthin Nuthin ol' Ol' ol Ol"
          + " somethin' Somethin' somethin Somethin a. b. c. d. e. f. g. h. i. j. k. l. m. n. o."
          + " p. q. r. s. t. u. v. w. x. y. z. ä. ö. ü. Mt. Ak. Ala. Apr. Ariz. Ark. Aug. Calif."
          + " Colo. Conn. Dec. Del. Feb. Fla. Ga. Ia. Id. Ill. Ind. Jan. Jul. Jun. Kan. Kans. Ky."
          + " La. Mar. Mass. Mich. Minn. Miss. N.C. N.D. N.H. N.J. N.M. N.Y. Neb. Nebr. Nev. Nov."
          + " Oct. Okla. Ore. Pa. S.C. Sep. Sept. Tenn. Va. Wash. Wis. a.m. p.m. Adm. Bros. co."
          + " Co. Corp. D.C. Dr. e.g. E.g. E.G. Gen. Gov. i.e. I.e. I.E. Inc. Jr. Ltd. Md."
          + " Messrs. Mo. Mont. Mr. Mrs. Ms. Ph.D. Prof. Rep. Rev. Sen. St. vs. v.s.";

  private static final String EMOTICONS =
      ":) :-) :)) :-)) :))) :-))) (: (-: =) (= :] :-] [: [-: [= =] :o) (o: :} :-} 8) 8-) (-8 ;) ;-)"
          + " (; (-; :( :-( :(( :-(( :((( :-((( ): )-: =( >:( :') :'-) :'( :'-( :/ :-/ =/ =| :| :-|"
          + " ]= =[ :1 :P :-P :p :-p :O :-O :o :-o :0 :-0 :() >:o :* :-* :3 :-3 =3 :> :-> :X :-X :x"
          + " :-x :D :-D ;D ;-D =D xD XD xDD XDD 8D 8-D ^_^ ^__^ ^___^ >.< >.> <.< ._. ;_; -_-"
          + " -__- v.v V.V v_v V_V o_o o_O O_o O_O 0_o o_0 0_0 o.O O.o O.O o.o 0.0 o.0 0.o @_@ <3"
          + " <33 <333 </3 (^_^) (-_-) (._.) (>_<) (*_*) (¬_¬) ಠ_ಠ (ಠ_ಠ) ><(((*>";

  private static final String DIVIDED =
      "y'|all y|all how|'d|'y How|'d|'y not|'ve not|ve Not|'ve Not|ve can|not Can|not gon|na Gon|na"
          + " got|ta Got|ta let|'s Let|'s c'm|on C'm|on °|c|. °|f|. °|k|. °|C|. °|F|. °|K|.";

  private final long[] hashes = new long[SLOTS];
  private final int[] divisions = new int[SLOTS];

  /** One bit for each combination of length, first and last character that occurs. */
  private final long[] shapes = new long[SHAPES / Long.SIZE];

  private EnglishExceptions(List<String> divided) {
    Arrays.fill(divisions, NONE);
    divided.forEach(this::add);
  }

  private EnglishExceptions(List<String> divided, List<String> whole) {
    this(divided);
    whole.forEach(word -> add(new String[] {word}));
  }

  /** The exceptions of English. */
  static EnglishExceptions english() {
    return Holder.ENGLISH;
  }

  /**
   * The division of {@code text[start, end)}, {@link #NONE} if it is no exception; see {@link
   * #firstCut}, {@link #secondCut} and {@link #plainWords}.
   */
  int find(String text, int start, int end) {
    if (end - start > LONGEST) {
      return NONE;
    }
    int shape = shape(end - start, text.charAt(start), text.charAt(end - 1));
    boolean occurs = (shapes[shape >> 6] >>> shape & 1) != 0;
    return occurs ? divisions[slot(TextHash.of(text, start, end))] : NONE;
  }

  private static int shape(int length, char first, char last) {
    return (first * 0x9E5 ^ last * 0x3A7 ^ length << 9) & SHAPES - 1;
  }

  /** Length of the first part, 0 if the word stays whole. */
  static int firstCut(int division) {
    return division & 0xff;
  }

  /** Length of the first two parts, 0 if there are no more than two. */
  static int secondCut(int division) {
    return division >> 8 & 0xff;
  }

  /** How many words the rules for affixes alone would make of it. */
  static int plainWords(int division) {
    return division >> 16;
  }

  private int slot(long hash) {
    int slot = (int) (hash >>> 40) & SLOTS - 1;
    while (divisions[slot] != NONE && hashes[slot] != hash) {
      slot = slot + 1 & SLOTS - 1;
    }
    return slot;
  }

  private void add(String divided) {
    add(divided.split("\\|"));
  }

  /** Adds a word, once with each kind of apostrophe. */
  private void add(String[] parts) {
    String word = String.join("", parts);
    int first = parts.length > 1 ? parts[0].length() : 0;
    int second = parts.length > 2 ? first + parts[1].length() : 0;
    add(word, first | second << 8);
    add(word.replace('\'', '’'), first | second << 8);
  }

  private void add(String word, int cuts) {
    long hash = TextHash.of(word);
    int slot = slot(hash);
    int shape = shape(word.length(), word.charAt(0), word.charAt(word.length() - 1));
    shapes[shape >> 6] |= 1L << shape;
    hashes[slot] = hash;
    divisions[slot] = cuts | WordScanner.countPlainWords(word) << 16;
  }

  /** Loaded when first asked for, since the scanner that counts plain words uses {@link #EMPTY}. */
  private static final class Holder {
    private static final EnglishExceptions ENGLISH =
        new EnglishExceptions(divided(), List.of((WHOLE + " " + EMOTICONS).split(" ")));

    private static List<String> divided() {
      List<String> all = new ArrayList<>();
      contractions(all);
      all.removeIf(divided -> WORDS.contains(divided.replace("|", "")));
      for (int hour = 1; hour <= 12; hour++) {
        for (String half : List.of("a.m.", "am", "p.m.", "pm")) {
          all.add(hour + "|" + half);
        }
      }
      all.addAll(List.of(DIVIDED.split(" ")));
      return all;
    }

    private static void contractions(List<String> all) {
      combine(all, "i", "'m 'm|a");
      combine(all, "i you he she it we they", "'ll 'll|'ve 'd 'd|'ve");
      combine(all, "i you we they", "'ve");
      combine(all, "you we they", "'re");
      combine(all, "he she it", "'s");
      combine(all, "who what when where why how there that this", "'s");
      String asking = "who what when where why how there these those";
      combine(all, asking + " that this", "'ll 'll|'ve 'd 'd|'ve");
      combine(all, asking, "'re 've");
      String modal = "could might must should would";
      combine(all, modal, "'ve n't n't|'ve");
      combine(all, "ca do does did had may need ought sha wo", "n't n't|'ve");
      combine(all, "ai are is was were have has dare", "n't");
    }

    /** Every stem, also capitalised, with every ending, also without apostrophe. */
    private static void combine(List<String> all, String stems, String endings) {
      for (String stem : stems.split(" ")) {
        String title = Character.toUpperCase(stem.charAt(0)) + stem.substring(1);
        for (String ending : endings.split(" ")) {
          for (String start : List.of(stem, title)) {
            all.add(start + "|" + ending);
            all.add(start + "|" + ending.replace("'", ""));
          }
        }
      }
    }
  }
}
