package io.retromae.finetune.pairs.make;

/**
 * A cleaned document.
 *
 * @param title empty if its record has none
 * @param text without the title's line
 * @param raw as it was read, with its indentation, which cleaning takes away: for code; else it may
 *     be empty
 */
public record TitledText(String title, String text, String raw) {
  /**
   * A document whose text begins with its title, in a line of its own, unless the text began with
   * these words anyway: then they are part of it.
   */
  public static TitledText of(String title, String whole, String raw) {
    boolean line = !title.isEmpty() && whole.startsWith(title + "\n");
    return new TitledText(title, (line ? whole.substring(title.length()) : whole).strip(), raw);
  }
}
