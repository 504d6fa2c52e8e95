package io.retromae.core.page;

import java.util.List;

/**
 * A figure that something is told by.
 *
 * @param name what it is
 * @param value in words
 * @param about what else to know; may be empty
 */
public record Tile(String name, String value, String about) {
  /** Adds tiles side by side. */
  public static void add(Html page, List<Tile> tiles) {
    page.raw("<div class=\"tiles\">\n");
    for (Tile tile : tiles) {
      page.raw("<div><span>").raw(Html.text(tile.name)).raw("</span><b>");
      page.raw(Html.text(tile.value)).raw("</b>");
      if (!tile.about.isEmpty()) {
        page.raw("<small>").raw(Html.text(tile.about)).raw("</small>");
      }
      page.raw("</div>\n");
    }
    page.raw("</div>\n");
  }
}
