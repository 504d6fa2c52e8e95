package io.retromae.core.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.StringReader;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

class PageTest {
  private static final String EVIL = "a</script><!-- \u2028\u202e\ud800 \"'&\\ 医疗";

  private static Chart chart(List<Point> points) {
    return new Chart(
        EVIL,
        "",
        "",
        Chart.Unit.PLAIN,
        Chart.Scale.FITTED,
        List.of(new Series(EVIL, Series.Kind.LINE, 0, 0, points)));
  }

  private static Document parsed(Page page) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(page.toString())));
  }

  @Test
  void dataSurviveTheScriptElement() throws Exception {
    Page page = new Page("t", "");
    page.clock(
        EVIL, List.of(new Point(1, 0)), List.of(new Mark(1, Double.NaN, Mark.Kind.BAD, EVIL)));
    page.charts(List.of(chart(List.of(new Point(1, 2.5), new Point(1_234_567, Double.NaN)))));

    String text = parsed(page).getElementsByTagName("script").item(0).getTextContent();
    JsonNode series = new ObjectMapper().readTree(text).at("/charts/0/series/0");

    assertFalse(text.contains("<"), text);
    assertEquals(EVIL, series.path("name").asText());
    assertEquals(1_234_567, series.at("/x/1").asInt());
    assertTrue(series.at("/y/1").isNull());
    assertEquals(EVIL, new ObjectMapper().readTree(text).at("/clocks/0/marks/0/text").asText());
  }

  @Test
  void numbersKeepWhatAScreenCanShow() {
    assertEquals("0.333333", ChartData.number(1 / 3.0));
    assertEquals("123456789", ChartData.number(123_456_789));
    assertEquals("null", ChartData.number(Double.NEGATIVE_INFINITY));
    assertEquals(1.5e-9, Double.parseDouble(ChartData.number(1.5e-9)));
  }

  @Test
  void aChartWithoutValuesSaysSoAndNeedsNoScript() throws Exception {
    Page page = new Page("t", "");
    page.charts(List.of(chart(List.of()), chart(List.of(new Point(1, Double.NaN)))));

    assertEquals(2, page.toString().split("No data yet\\.", -1).length - 1);
    assertEquals(0, parsed(page).getElementsByTagName("script").getLength());
    assertTrue(page.toString().contains("script-src 'none'"));
  }

  @Test
  void headingsMakeTheListOfContents() throws Exception {
    Page page = new Page("t", "");
    page.body().heading("one <b>").paragraph("x").heading("two");

    assertTrue(page.toString().contains("<nav><a href=\"#s1\">one &lt;b&gt;</a> <a href=\"#s2\">"));
    assertEquals(2, parsed(page).getElementsByTagName("h2").getLength());
  }

  @Test
  void theStyleIsForDarkAndNarrowScreensAndNamesChineseFonts() {
    String page = new Page("t", "").toString();

    for (String part :
        List.of("prefers-color-scheme: dark", "max-width: 640px", "Noto Sans CJK SC", "PingFang")) {
      assertTrue(page.contains(part), part);
    }
    assertFalse(page.contains("url(") || page.contains("@import"), "nothing is loaded");
  }
}
