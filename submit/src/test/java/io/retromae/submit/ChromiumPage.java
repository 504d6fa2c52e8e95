package io.retromae.submit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * A page opened in headless Chromium, in frames of several widths.
 *
 * @param frames what each frame shows: width, overflow, charts, drawn, and drawn over time
 * @param console lines of the browser's console
 * @param requests addresses that were asked for, without the browser's own
 */
record ChromiumPage(JsonNode frames, List<String> console, List<String> requests) {
  private static final Pattern REQUEST = Pattern.compile("\"url\":\"(https?://[^\"]*)\"");

  /** What the browser asks its makers, whatever page is shown. */
  private static final Pattern OWN =
      Pattern.compile("https?://[a-z0-9.-]*\\.?(google|googleapis|gvt1)\\.com/.*");

  private static final String LOOK =
      """
      <html><body><script>
      const widths = [%s];
      const frames = widths.map(width => {
        const frame = document.createElement("iframe");
        frame.style.width = width + "px"; frame.style.height = "2000px"; frame.style.border = "0";
        frame.src = "%s";
        document.body.appendChild(frame);
        return frame;
      });
      function inked(canvas) {
        if (!canvas || !canvas.width || !canvas.height) { return false; }
        const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
        return pixels.some(value => value !== 0);
      }
      function drawn(page) {
        return Array.from(page.querySelectorAll("[data-chart]"))
          .filter(c => Number(c.dataset.drawn) > 0 && inked(c.querySelector("canvas"))).length;
      }
      setTimeout(() => {
        const seen = frames.map((frame, i) => {
          const page = frame.contentDocument;
          const charts = Array.from(page.querySelectorAll("[data-chart]"));
          return {
            width: widths[i],
            overflow: page.documentElement.scrollWidth - frame.contentWindow.innerWidth,
            charts: charts.length,
            drawn: drawn(page),
            wide: charts.filter(c => c.querySelector("canvas") && c.querySelector(".uplot").getBoundingClientRect().right > frame.contentWindow.innerWidth).length,
            answers: Array.from(page.querySelectorAll(".answers section")).map(s => Math.round(s.getBoundingClientRect().bottom))
          };
        });
        frames.forEach(frame => {
          const button = frame.contentDocument.querySelector("[data-over=time]");
          if (button) { button.click(); }
        });
        setTimeout(() => {
          frames.forEach((frame, i) => { seen[i].overTime = drawn(frame.contentDocument); });
          document.body.textContent = "SEEN" + JSON.stringify(seen) + "END";
        }, 1000);
      }, 3000);
      </script></body></html>
      """;

  /** Opens a file; the folder is for what the browser writes. */
  static ChromiumPage open(String chromium, Path page, Path folder, List<Integer> widths)
      throws IOException, InterruptedException {
    Path look = Files.createDirectories(folder).resolve("look.html");
    String list = String.join(",", widths.stream().map(String::valueOf).toList());
    Files.writeString(look, LOOK.formatted(list, page.toUri().toASCIIString()));
    Path log = folder.resolve("net.json");
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    Process browser =
        new ProcessBuilder(
                chromium,
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--allow-file-access-from-files",
                "--user-data-dir=" + folder.resolve("profile"),
                "--enable-logging=stderr",
                "--log-net-log=" + log,
                "--virtual-time-budget=20000",
                "--dump-dom",
                look.toUri().toASCIIString())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    if (!browser.waitFor(120, TimeUnit.SECONDS)) {
      browser.destroyForcibly();
      throw new IOException("the browser did not end: " + Files.readString(err));
    }
    String dom = Files.readString(out);
    int from = dom.indexOf("SEEN") + 4;
    int to = dom.indexOf("END", from);
    if (from < 4 || to < 0) {
      throw new IOException("nothing was seen: " + dom + Files.readString(err));
    }
    List<String> requests = new ArrayList<>();
    REQUEST
        .matcher(new String(Files.readAllBytes(log), StandardCharsets.UTF_8))
        .results()
        .map(found -> found.group(1))
        .filter(address -> !OWN.matcher(address).matches())
        .forEach(requests::add);
    return new ChromiumPage(
        new ObjectMapper().readTree(dom.substring(from, to)),
        Files.readAllLines(err, StandardCharsets.ISO_8859_1).stream()
            .filter(line -> line.contains("CONSOLE"))
            .toList(),
        requests);
  }
}
