package io.retromae.embed.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.StringReader;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class ReportTest {
  private static final EvaluationReport REPORT = SampleReport.report();
  private static final EvaluationReport NOTHING =
      new EvaluationReport(List.of(), List.of(), "", List.of(), List.of(), List.of(), Map.of());

  private static Document page(EvaluationReport report) throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    return factory
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(HtmlReport.of(report))));
  }

  @Test
  void thePageIsWellFormedWhateverItsTexts() throws Exception {
    assertEquals("html", page(REPORT).getDocumentElement().getTagName());
    assertEquals("html", page(NOTHING).getDocumentElement().getTagName());
  }

  @ParameterizedTest
  @ValueSource(strings = {"de-DE", "ar-EG", "hi-IN-u-nu-deva"})
  void numbersAreWrittenAlikeWhateverTheDriversLocale(String tag) {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.ROOT);
      String page = HtmlReport.of(REPORT);
      String markdown = MarkdownReport.of(REPORT);
      Locale.setDefault(Locale.forLanguageTag(tag));

      assertEquals(page, HtmlReport.of(REPORT));
      assertEquals(markdown, MarkdownReport.of(REPORT));
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void textsFromOutsideStayTexts() throws Exception {
    Document page = page(REPORT);
    String html = HtmlReport.of(REPORT);

    assertEquals(0, page.getElementsByTagName("script").getLength());
    assertFalse(html.contains("\u202e"), "turned direction");
    assertFalse(html.contains("\u0000"), "control character");
    assertTrue(page.getDocumentElement().getTextContent().contains("<script>alert('x')"));
  }

  @Test
  void thePageNeedsNoNetwork() throws Exception {
    NodeList all = page(REPORT).getElementsByTagName("*");
    for (int i = 0; i < all.getLength(); i++) {
      Element element = (Element) all.item(i);
      for (String attribute : List.of("src", "href", "srcset", "action", "data")) {
        String target = element.getAttribute(attribute);
        assertTrue(target.isEmpty() || target.startsWith("#"), target);
      }
    }
    String css = page(REPORT).getElementsByTagName("style").item(0).getTextContent();
    assertFalse(css.contains("url(") || css.contains("@import"), css);
    assertTrue(css.contains("prefers-color-scheme: dark"));
    assertTrue(css.contains("Noto Sans CJK SC"));
  }

  @Test
  void everyBarHasItsValueBesideIt() throws Exception {
    NodeList divs = page(REPORT).getElementsByTagName("div");
    int scores = 0;
    for (int i = 0; i < divs.getLength(); i++) {
      Element row = (Element) divs.item(i);
      if (row.getAttribute("class").startsWith("score")) {
        scores++;
        String text = row.getTextContent();
        assertTrue(text.matches("(?s).*(\\d\\.\\d{4}|undefined).*"), text);
      }
    }
    assertEquals(7, scores);
  }

  @Test
  void barsLieWithinTheirTracks() throws Exception {
    NodeList spans = page(REPORT).getElementsByTagName("span");
    for (int i = 0; i < spans.getLength(); i++) {
      Element bar = (Element) spans.item(i);
      if (bar.getAttribute("class").matches("bar|range")) {
        String[] parts = bar.getAttribute("style").split("[:;%]+");
        double left = Double.parseDouble(parts[1]);
        double width = Double.parseDouble(parts[3]);
        assertTrue(left >= 0 && width >= 0 && left + width <= 100.01, bar.getAttribute("style"));
      }
    }
  }

  @Test
  void secretsAreShownNowhere() {
    for (String report :
        List.of(HtmlReport.of(REPORT), MarkdownReport.of(REPORT), JsonReport.of(REPORT))) {
      assertFalse(report.contains("hush"), report);
      assertTrue(report.contains("storage.secret_key"));
    }
  }

  @Test
  void undefinedNumbersAreNullInJson() throws Exception {
    JsonNode json = new ObjectMapper().readTree(JsonReport.of(REPORT));

    JsonNode score = json.get("tasks").get(1).get("scores").get(1);
    assertTrue(score.get("score").isNull());
    assertTrue(score.get("metrics").get("cosine_spearman").isNull());
    assertEquals(0.6533, json.get("tasks").get(0).get("scores").get(0).get("score").asDouble());
    assertTrue(json.get("comparisons").get(0).get("significant").asBoolean());
    assertFalse(json.get("comparisons").get(1).get("significant").asBoolean());
  }

  @Test
  void averagesAreOverDataSetsAndSayHowManyOfABenchmarkThereAre() throws Exception {
    JsonNode averages = new ObjectMapper().readTree(JsonReport.of(REPORT)).get("averages");

    assertEquals("all tasks", averages.get(0).get("over").asText());
    assertEquals((0.6533 - 0.1203 + 0.71) / 3, averages.get(0).get("average").asDouble(), 1e-12);
    assertEquals("C-MTEB", averages.get(3).get("over").asText());
    assertEquals(1, averages.get(3).get("data_sets").asInt());
    assertEquals(35, averages.get(3).get("of").asInt());
    assertTrue(HtmlReport.of(REPORT).contains("C-MTEB: 1 of its 35 data sets"));
    assertTrue(MarkdownReport.of(REPORT).contains("MTEB: 0 of its 56 data sets"));
  }

  @Test
  void markdownHasARowForEachScoreAndNoHtml() {
    String markdown = MarkdownReport.of(REPORT);

    assertTrue(
        markdown.contains("| T2Retrieval | retrieval | ndcg_at_10 | bge-small-zh | 0.6533 |"));
    assertTrue(markdown.contains("| -0.0412 | -0.0583 to -0.0239 | 0.0 % | worse |"), markdown);
    assertFalse(markdown.contains("<script"), markdown);
  }

  @Test
  void theSummaryCountsVerdicts() {
    assertEquals(
        "3 tasks, 3 competitors. Against bge-small-zh, of 4 comparisons 1 better, 1 worse,"
            + " 2 may be chance or cannot be told.",
        Summary.of(REPORT));
  }

  @Test
  void pagesCanBeMadeOfTheJsonAgain() {
    for (EvaluationReport report : List.of(REPORT, NOTHING)) {
      assertEquals(
          HtmlReport.of(report), HtmlReport.of(JsonReader.read("x", JsonReport.of(report))));
    }
  }
}
