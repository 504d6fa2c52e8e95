package io.retromae.core.page;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Locale;

/** Charts as JSON that may stand in a script element. */
final class ChartData {
  /** Digits that a screen can show a difference of. */
  private static final MathContext DIGITS = new MathContext(6);

  private final StringBuilder out = new StringBuilder();

  private ChartData() {}

  static String of(List<Chart> charts, List<Page.Clock> clocks) {
    ChartData data = new ChartData();
    data.out.append("{\"charts\":[");
    for (int i = 0; i < charts.size(); i++) {
      data.out.append(i == 0 ? "" : ",\n");
      data.chart(charts.get(i));
    }
    data.out.append("],\n\"clocks\":[");
    for (int i = 0; i < clocks.size(); i++) {
      data.out.append(i == 0 ? "" : ",\n");
      data.clock(clocks.get(i));
    }
    return data.out.append("]}").toString();
  }

  private void chart(Chart chart) {
    out.append("{\"title\":").append(quoted(chart.title()));
    out.append(",\"unit\":").append(quoted(lower(chart.unit())));
    out.append(",\"scale\":").append(quoted(lower(chart.scale()))).append(",\"series\":[");
    for (int i = 0; i < chart.series().size(); i++) {
      Series series = chart.series().get(i);
      out.append(i == 0 ? "" : ",").append("{\"name\":").append(quoted(series.name()));
      out.append(",\"kind\":").append(quoted(lower(series.kind())));
      out.append(",\"colour\":").append(series.colour()).append(",\"clock\":");
      out.append(series.clock());
      points(series.points());
      out.append('}');
    }
    out.append("]}");
  }

  private void clock(Page.Clock clock) {
    out.append("{\"name\":").append(quoted(clock.name()));
    points(clock.seconds());
    out.append(",\"marks\":[");
    for (int i = 0; i < clock.marks().size(); i++) {
      Mark mark = clock.marks().get(i);
      out.append(i == 0 ? "" : ",").append("{\"x\":").append(number(mark.x()));
      out.append(",\"seconds\":").append(number(mark.seconds()));
      out.append(",\"kind\":").append(quoted(lower(mark.kind())));
      out.append(",\"text\":").append(quoted(mark.text())).append('}');
    }
    out.append("]}");
  }

  private void points(List<Point> points) {
    out.append(",\"x\":[");
    for (int i = 0; i < points.size(); i++) {
      out.append(i == 0 ? "" : ",").append(number(points.get(i).x()));
    }
    out.append("],\"y\":[");
    for (int i = 0; i < points.size(); i++) {
      out.append(i == 0 ? "" : ",").append(number(points.get(i).y()));
    }
    out.append(']');
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  /** JSON has neither NaN nor infinity. Whole numbers keep all digits: steps are such. */
  static String number(double value) {
    if (!Double.isFinite(value)) {
      return "null";
    }
    if (value == Math.rint(value) && Math.abs(value) < 1e15) {
      return Long.toString((long) value);
    }
    return new BigDecimal(value).round(DIGITS).stripTrailingZeros().toString();
  }

  /** Nothing in it ends the script element or begins a comment. */
  static String quoted(String text) {
    StringBuilder json = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean plain = c >= ' ' && c < 0x7f && "\"\\<>&'".indexOf(c) < 0;
      boolean written = c > 0x9f && !Character.isSurrogate(c) && Character.isDefined(c);
      if (plain || written && Character.isLetterOrDigit(c)) {
        json.append(c);
      } else {
        json.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      }
    }
    return json.append('"').toString();
  }
}
