package io.retromae.core.display;

import java.util.List;

/** Builds a page from escaped pieces; everything that is not a tag goes through {@link #escape}. */
public final class Html {
  private final StringBuilder out = new StringBuilder();

  /** Text as it may stand between tags and in attributes in double quotes. */
  public static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  /** Tags, and text that was escaped. */
  public Html raw(String html) {
    out.append(html);
    return this;
  }

  /** A heading of a section. */
  public Html heading(String text) {
    return raw("<h2>" + escape(text) + "</h2>\n");
  }

  /** A paragraph. */
  public Html paragraph(String text) {
    return raw("<p>" + escape(text) + "</p>\n");
  }

  /** What stands where there is nothing to show, so that a section never vanishes. */
  public Html empty(String text) {
    return raw("<p class=\"empty\">" + escape(text) + "</p>\n");
  }

  /** Opens a table; a heading that starts with {@code <} is aligned as text. */
  public Html table(List<String> headings) {
    raw("<table><tr>");
    for (String heading : headings) {
      boolean text = heading.startsWith("<");
      raw(text ? "<th class=\"text\">" : "<th>");
      raw(escape(text ? heading.substring(1) : heading)).raw("</th>");
    }
    return raw("</tr>\n");
  }

  /** Opens a row. */
  public Html row() {
    return raw("<tr>");
  }

  /** A cell aligned as a number. */
  public Html cell(String text) {
    return raw("<td>").raw(escape(text)).raw("</td>");
  }

  /** A cell aligned as text. */
  public Html textCell(String text) {
    return raw("<td class=\"text\">").raw(escape(text)).raw("</td>");
  }

  /** A bar as long as the share of a full one. */
  public Html barCell(double share, boolean loss) {
    double percent = 100 * Math.max(0, Math.min(1, share));
    return raw(
        "<td class=\"track\"><span class=\"bar%s\" style=\"width:%.2f%%\"></span></td>"
            .formatted(loss ? " loss" : "", percent));
  }

  /** Closes a row. */
  public Html endRow() {
    return raw("</tr>\n");
  }

  /** Closes a table. */
  public Html endTable() {
    return raw("</table>\n");
  }

  /** A summary that opens. */
  public Html details(String summary, List<String> quotes) {
    raw("<details><summary>").raw(escape(summary)).raw("</summary>\n");
    quotes.forEach(quote -> raw("<blockquote>").raw(escape(quote)).raw("</blockquote>\n"));
    return raw("</details>\n");
  }

  @Override
  public String toString() {
    return out.toString();
  }
}
