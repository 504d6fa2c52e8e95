package io.retromae.core.page;

import io.retromae.core.display.Displayed;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Builds a page's body from escaped pieces; everything that is not a tag goes through {@link #text}
 * or {@link #lines}. The result is well-formed XML, so that a test can read it.
 */
public final class Html {
  private final StringBuilder out = new StringBuilder();
  private final List<String> headings = new ArrayList<>();

  /** Characters as they may stand between tags and in attributes in double quotes. */
  static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  /** Any text as one line between tags or in an attribute: no tag, no control character. */
  public static String text(String text) {
    return escape(Displayed.line(text));
  }

  /** The same for text whose lines stay lines. */
  public static String lines(String text) {
    return escape(Displayed.lines(text));
  }

  /** Tags, and text that was escaped. */
  public Html raw(String html) {
    out.append(html);
    return this;
  }

  /** A heading of a section, which the page's list of contents leads to. */
  public Html heading(String text) {
    headings.add(text);
    return raw(
        String.format(Locale.ROOT, "<h2 id=\"s%d\">", headings.size()) + text(text) + "</h2>\n");
  }

  /** A heading within a section, what it is about in small letters behind it. */
  public Html subheading(String text, String about) {
    raw("<h3>").raw(text(text));
    return raw(about.isEmpty() ? "" : " <small>" + text(about) + "</small>").raw("</h3>\n");
  }

  /** A paragraph. */
  public Html paragraph(String text) {
    return raw("<p>" + text(text) + "</p>\n");
  }

  /** A paragraph of explanation. */
  public Html note(String text) {
    return raw("<p class=\"soft\">" + text(text) + "</p>\n");
  }

  /** A paragraph that should not be overlooked. */
  public Html warning(String text) {
    return raw("<p class=\"warning\">" + text(text) + "</p>\n");
  }

  /** What stands where there is nothing to show, so that a section never vanishes. */
  public Html empty(String text) {
    return raw("<p class=\"empty\">" + text(text) + "</p>\n");
  }

  /** Opens a table; a heading that starts with {@code <} is aligned as text. */
  public Html table(List<String> headings) {
    raw("<div class=\"wide\"><table><tr>");
    for (String heading : headings) {
      boolean text = heading.startsWith("<");
      raw(text ? "<th class=\"text\">" : "<th>");
      raw(text(text ? heading.substring(1) : heading)).raw("</th>");
    }
    return raw("</tr>\n");
  }

  /** Opens a row. */
  public Html row() {
    return raw("<tr>");
  }

  /** A cell aligned as a number. */
  public Html cell(String text) {
    return raw("<td>").raw(text(text)).raw("</td>");
  }

  /** A cell with a whole number. */
  public Html cell(long count) {
    return cell(String.format(Locale.ROOT, "%,d", count));
  }

  /** A cell aligned as text. */
  public Html textCell(String text) {
    return raw("<td class=\"text\">").raw(text(text)).raw("</td>");
  }

  /** A cell for text that may be long. */
  public Html longCell(String text) {
    return raw("<td class=\"long\">").raw(text(text)).raw("</td>");
  }

  /** A bar as long as the share of a full one. */
  public Html barCell(double share, boolean loss) {
    double percent = 100 * Math.max(0, Math.min(1, share));
    return raw(
        String.format(
            Locale.ROOT,
            "<td class=\"bars\"><div class=\"track\"><span class=\"bar%s\" style=\"left:0;width:%.2f%%\"></span></div></td>",
            loss ? " loss" : "",
            percent));
  }

  /** Closes a row. */
  public Html endRow() {
    return raw("</tr>\n");
  }

  /** Closes a table. */
  public Html endTable() {
    return raw("</table></div>\n");
  }

  /** A summary that opens. */
  public Html details(String summary, List<String> quotes) {
    openDetails(summary);
    quotes.forEach(quote -> raw("<blockquote>").raw(lines(quote)).raw("</blockquote>\n"));
    return endDetails();
  }

  /** Begins what is hidden until its summary is opened. */
  public Html openDetails(String summary) {
    return raw("<details><summary>").raw(text(summary)).raw("</summary>\n");
  }

  /** Ends it. */
  public Html endDetails() {
    return raw("</details>\n");
  }

  /** Headings so far. */
  List<String> headings() {
    return headings;
  }

  @Override
  public String toString() {
    return out.toString();
  }
}
