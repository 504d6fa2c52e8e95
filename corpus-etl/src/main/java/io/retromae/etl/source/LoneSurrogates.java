package io.retromae.etl.source;

/**
 * A text without lone surrogates, which have no place in UTF-8.
 *
 * @param text each of them U+FFFD
 * @param replaced how many there were
 */
record LoneSurrogates(String text, int replaced) {
  static LoneSurrogates replace(String text) {
    StringBuilder out = new StringBuilder();
    int done = 0;
    int replaced = 0;
    for (int i = 0; i < text.length(); i++) {
      if (!Character.isSurrogate(text.charAt(i))) {
        continue;
      }
      if (Character.charCount(text.codePointAt(i)) == 2) {
        i++;
      } else {
        out.append(text, done, i).append('\uFFFD');
        done = i + 1;
        replaced++;
      }
    }
    String repaired = replaced == 0 ? text : out.append(text, done, text.length()).toString();
    return new LoneSurrogates(repaired, replaced);
  }
}
