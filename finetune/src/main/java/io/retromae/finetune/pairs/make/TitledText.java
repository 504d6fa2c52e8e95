package io.retromae.finetune.pairs.make;

/**
 * A cleaned document.
 *
 * @param title empty if its record has none
 * @param text without the title's line
 */
public record TitledText(String title, String text) {
  /**
   * A document whose text begins with its title, in a line of its own, unless the text began with
   * these words anyway: then they are part of it.
   */
  public static TitledText of(String title, String whole) {
    boolean line = !title.isEmpty() && whole.startsWith(title + "\n");
    return new TitledText(title, (line ? whole.substring(title.length()) : whole).strip());
  }
}
