package io.retromae.etl.normalize;

import io.retromae.core.config.Setting;
import java.text.Normalizer.Form;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * Text clean-up before anything is measured: one kind of line end, at most one empty line, single
 * blanks, nothing invisible, no halves of surrogate pairs, HTML entities decoded, Unicode normal
 * form, at most 30 combining marks on a character. Full-width ASCII letters and digits become
 * half-width in Chinese text; its punctuation stays. Normalising twice gives what normalising once
 * gives, but for entities nested deeper than ten. Immutable and thread-safe.
 *
 * <p>Soft hyphens go with the zero-width marks: they say where a word may be broken, not how it is
 * written, and BERT's tokenizer would leave them out as well. {@code &amp;lt;} stays: decoding it
 * once would leave an entity, decoding it twice would make markup of text that showed markup.
 */
public final class Normalizer {
  /**
   * Passes over one text. What is left over by one is found by the next, as where an entity stands
   * inside an entity; a text may be built so that there is always more.
   */
  private static final int MOST_PASSES = 10;

  private static final Normalizer STANDARD = new Normalizer(new Settings(false, true, false));

  private final Form form;
  private final boolean decodes;
  private final char[] simplified;
  private final CharacterClasses classes;

  /**
   * Settings.
   *
   * @param nfkc whether compatibility forms are replaced too, in all texts
   * @param htmlEntities whether HTML entities are decoded
   * @param simplified whether traditional Chinese characters become simplified
   */
  public record Settings(
      @Setting(
              doc =
                  "Unicode form NFKC, which also replaces compatibility forms (ligatures, circled digits), instead"
                      + " of NFC.",
              standard = "false")
          boolean nfkc,
      @Setting(
              doc = "Decode HTML entities that extraction left over, such as &quot; and &#8217;.",
              standard = "true")
          boolean htmlEntities,
      @Setting(
              doc =
                  "Replace traditional Chinese characters that have one simplified form; models"
                      + " with a Chinese vocabulary mostly know both.",
              standard = "false")
          boolean simplified) {}

  /**
   * A normalised text.
   *
   * @param text the very same object if nothing was changed
   * @param edits what was done, by kind: {@code controls} and {@code invisible} characters removed,
   *     {@code entities} decoded, {@code surrogates} repaired, {@code full_width} and {@code
   *     simplified} characters replaced, {@code marks} that were too many on one character removed,
   *     {@code composed} if the normal form changed the text; kinds that did not occur are left out
   */
  public record Result(String text, Map<String, Long> edits) {
    /** A copy, ordered by kind. */
    public Result {
      edits = Collections.unmodifiableMap(new TreeMap<>(edits));
    }
  }

  /** A normaliser with these settings. */
  public Normalizer(Settings settings) {
    form = settings.nfkc() ? Form.NFKC : Form.NFC;
    decodes = settings.htmlEntities();
    simplified =
        settings.simplified() ? SimplifiedCharacters.table() : new char[Character.MAX_VALUE + 1];
    classes = CharacterClasses.of(form, simplified);
  }

  /** The text normalised with the default settings. */
  public static String normalize(String text) {
    return STANDARD.apply(text).text();
  }

  /** Normalises a text. */
  public Result apply(String text) {
    Map<String, Long> edits = new TreeMap<>();
    String now = text;
    boolean again = true;
    for (int passes = 0; again && passes < MOST_PASSES; passes++) {
      NormalizingPass pass = new NormalizingPass(classes, simplified, decodes, now);
      pass.run();
      pass.addTo(edits);
      now = pass.changed() ? pass.result() : now;
      boolean composed = pass.doubtful() && !java.text.Normalizer.isNormalized(now, form);
      if (composed) {
        now = java.text.Normalizer.normalize(now, form);
        edits.put("composed", 1L);
      }
      // Only these two can give rise to something that the pass would change.
      again = composed || pass.mayHoldEntity();
    }
    return new Result(now, edits);
  }
}
