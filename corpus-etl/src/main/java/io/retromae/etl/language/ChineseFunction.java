package io.retromae.etl.language;

import io.retromae.etl.text.Words;

/**
 * Chinese function characters: particles, pronouns, conjunctions, prepositions, auxiliaries, in
 * simplified and traditional form, but for those that names of things often hold (上 中 会 能 以).
 * Running text has them, verse without marks too; menus, lists of search words and of goods hardly
 * have any.
 */
public final class ChineseFunction {
  private static final String CHARACTERS =
      "的了着著过過是在不没沒无無有和與与或及而且但却卻又也都就才还還再很太更最被把將将让讓给給对對从從到为為因如若则則虽雖"
          + "即我你您他她它们們咱自己这這那哪谁誰什么麼甚怎吗嗎呢吧啊呀嘛哦唉之其者矣焉哉乎此斯何该該只已曾来來去";

  private static final boolean[] TABLE = table();

  private ChineseFunction() {}

  private static boolean[] table() {
    boolean[] table = new boolean[1 << Character.SIZE];
    for (int i = 0; i < CHARACTERS.length(); i++) {
      table[CHARACTERS.charAt(i)] = true;
    }
    return table;
  }

  /** Whether a word is a function character. */
  public static boolean isFunctionWord(Words words, int word) {
    return words.isHan(word) && is(words.text().charAt(words.start(word)));
  }

  /** Whether a character is one. */
  static boolean is(char c) {
    return TABLE[c];
  }
}
