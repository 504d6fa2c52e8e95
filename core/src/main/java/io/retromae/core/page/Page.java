package io.retromae.core.page;

import io.retromae.core.hash.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * A page in one file. The browser is told to load nothing, and to run no script but the page's own,
 * whose hash stands in its head: text from outside that were taken for a script would not run.
 */
public final class Page {
  /** Colours of the palette, which the style calls {@code --c0} and so on. */
  public static final int COLOURS = 8;

  private static final String UPLOT = "/META-INF/resources/webjars/uplot/1.6.30/";

  private final String title;
  private final String about;
  private final Html body = new Html();
  private final List<Chart> charts = new ArrayList<>();
  private final List<Clock> clocks = new ArrayList<>();

  /**
   * When steps were done, and what happened on the way.
   *
   * @param name whose steps
   * @param seconds since the beginning, by step
   * @param marks events
   */
  record Clock(String name, List<Point> seconds, List<Mark> marks) {}

  /**
   * An empty page.
   *
   * @param title what it is about
   * @param about a line below the title, such as a path; may be empty
   */
  public Page(String title, String about) {
    this.title = title;
    this.about = about;
  }

  /** What stands below the title. */
  public Html body() {
    return body;
  }

  /**
   * Adds a clock, by which curves over steps become curves over time.
   *
   * @param name whose steps
   * @param seconds since the beginning, by step
   * @param marks events, which all charts show
   * @return its number, for {@link Series}
   */
  public int clock(String name, List<Point> seconds, List<Mark> marks) {
    clocks.add(new Clock(name, List.copyOf(seconds), List.copyOf(marks)));
    return clocks.size() - 1;
  }

  /** Adds buttons that choose what all charts are drawn over. */
  public void axisChoice() {
    body.raw("<div class=\"choice\" hidden=\"hidden\"><span>Over</span>");
    body.raw("<button type=\"button\" data-over=\"x\" aria-pressed=\"true\">steps</button>");
    body.raw("<button type=\"button\" data-over=\"time\" aria-pressed=\"false\">time</button>");
    body.raw("<span class=\"soft\">Drag to zoom, double-click to see all; a legend\u2019s entry");
    body.raw(" hides its curve.</span></div>\n");
    body.raw("<noscript><p class=\"soft\">Curves need JavaScript; the figures and tables do not.");
    body.raw("</p></noscript>\n");
  }

  /** Adds charts side by side. */
  public void charts(List<Chart> row) {
    if (row.isEmpty()) {
      return;
    }
    body.raw("<div class=\"charts\">\n");
    for (Chart chart : row) {
      body.raw("<figure><figcaption><b>").raw(Html.text(chart.title())).raw("</b>");
      if (!chart.value().isEmpty()) {
        body.raw("<span class=\"now\">").raw(Html.text(chart.value())).raw("</span>");
      }
      if (!chart.note().isEmpty()) {
        body.raw("<small>").raw(Html.text(chart.note())).raw("</small>");
      }
      body.raw("</figcaption>");
      if (chart.hasValue()) {
        String words = Html.text((chart.title() + " " + chart.value()).strip());
        body.raw("<div class=\"chart\" data-chart=\"" + charts.size());
        body.raw("\" role=\"img\" aria-label=\"" + words + "\"></div>");
        charts.add(chart);
      } else {
        body.raw("<p class=\"empty\">No data yet.</p>");
      }
      body.raw("</figure>\n");
    }
    body.raw("</div>\n");
  }

  @Override
  public String toString() {
    boolean drawn = !charts.isEmpty();
    // In XML and in HTML the same text: of the script as the browser hashes it, too.
    String script =
        drawn
            ? "//<![CDATA[\n"
                + "/*\n"
                + resource(UPLOT + "LICENSE")
                + "*/\n"
                + resource(UPLOT + "dist/uPlot.iife.min.js")
                + "\n"
                + resource("charts.js")
                + "//]]>\n"
            : "";
    String style =
        (drawn ? resource(UPLOT + "dist/uPlot.min.css") + "\n" : "") + resource("page.css");
    StringBuilder page = new StringBuilder(1 << 17);
    page.append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/>");
    page.append("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none';");
    page.append(" style-src 'unsafe-inline'; script-src ").append(drawn ? hash(script) : "'none'");
    page.append("\"/>");
    page.append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/><title>");
    page.append(Html.text(title)).append("</title><style>").append(style).append("</style></head>");
    page.append("<body>\n<header><h1>").append(Html.text(title)).append("</h1>");
    if (!about.isEmpty()) {
      page.append("<p class=\"soft\">").append(Html.text(about)).append("</p>");
    }
    page.append("</header>\n").append(contents()).append("<main>\n").append(body);
    page.append("</main>\n");
    if (drawn) {
      page.append("<script type=\"application/json\" id=\"data\">");
      page.append(ChartData.of(charts, clocks)).append("</script>\n");
      page.append("<script>").append(script).append("</script>\n");
    }
    return page.append("</body></html>\n").toString();
  }

  private String contents() {
    List<String> headings = body.headings();
    if (headings.size() < 2) {
      return "";
    }
    List<String> links = new ArrayList<>();
    for (int i = 0; i < headings.size(); i++) {
      links.add(
          String.format(Locale.ROOT, "<a href=\"#s%d\">%s</a>", i + 1, Html.text(headings.get(i))));
    }
    return links.stream().collect(Collectors.joining(" ", "<nav>", "</nav>\n"));
  }

  private static String hash(String script) {
    byte[] digest = Sha256.newDigest().digest(script.getBytes(StandardCharsets.UTF_8));
    return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
  }

  private static String resource(String name) {
    try (InputStream in = Page.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(name + ": " + e.getMessage(), e);
    }
  }
}
