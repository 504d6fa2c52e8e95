package io.retromae.core.page;

import java.util.List;
import java.util.Locale;

/**
 * What a reader asks first, answered at the top of a page.
 *
 * @param question in a few words
 * @param tone how good the answer is
 * @param headline the answer in a sentence
 * @param more sentences
 * @param commands to type
 */
public record Answer(
    String question, Tone tone, String headline, List<String> more, List<String> commands) {
  /** How good something is. */
  public enum Tone {
    /** Neither good nor bad. */
    PLAIN,
    /** As it should be. */
    GOOD,
    /** Worth a look. */
    NOTE,
    /** Wrong. */
    BAD
  }

  /** Copies the lists. */
  public Answer {
    more = List.copyOf(more);
    commands = List.copyOf(commands);
  }

  /** An answer without commands. */
  public Answer(String question, Tone tone, String headline, List<String> more) {
    this(question, tone, headline, more, List.of());
  }

  /** Adds answers side by side. */
  public static void add(Html page, List<Answer> answers) {
    page.raw("<div class=\"answers\">\n");
    answers.forEach(answer -> answer.add(page));
    page.raw("</div>\n");
  }

  private void add(Html page) {
    page.raw("<section class=\"%s\"><h3>".formatted(tone.name().toLowerCase(Locale.ROOT)));
    page.raw(Html.text(question)).raw("</h3><p class=\"verdict\">").raw(Html.text(headline));
    page.raw("</p>\n");
    more.forEach(page::paragraph);
    for (String command : commands) {
      page.raw("<pre><code>").raw(Html.text(command)).raw("</code></pre>\n");
    }
    page.raw("</section>\n");
  }
}
