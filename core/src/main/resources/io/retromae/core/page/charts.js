/* Draws the page's charts. The data element holds them; colours are those of the style sheet. */
(function () {
  "use strict";
  var data = JSON.parse(document.getElementById("data").textContent);
  var over = "x";
  var drawn = [];
  var HEIGHT = 240;
  var dark = window.matchMedia("(prefers-color-scheme: dark)");

  function colour(name) {
    return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  }

  function faint(hex, many) {
    return hex + (many ? "55" : "90");
  }

  /* When a step was done: between two known steps in proportion. */
  function seconds(clock, step) {
    var xs = clock.x, ys = clock.y, low = 0, high = xs.length - 1;
    if (high < 0) { return null; }
    if (step <= xs[0]) { return ys[0]; }
    if (step >= xs[high]) { return ys[high]; }
    while (high - low > 1) {
      var middle = (low + high) >> 1;
      if (xs[middle] <= step) { low = middle; } else { high = middle; }
    }
    var share = (step - xs[low]) / (xs[high] - xs[low] || 1);
    return ys[low] + share * (ys[high] - ys[low]);
  }

  function place(clock, x) {
    return over === "x" ? x : seconds(data.clocks[clock], x);
  }

  function group(value) {
    return value.toLocaleString("en-US");
  }

  function time(value) {
    if (value == null) { return "\u2013"; }
    var all = Math.round(value), h = Math.floor(all / 3600), m = Math.floor(all / 60) % 60, s = all % 60;
    return h + ":" + (m < 10 ? "0" : "") + m + ":" + (s < 10 ? "0" : "") + s;
  }

  function plain(value) {
    var size = Math.abs(value);
    if (size !== 0 && size < 1e-3) { return value.toExponential(2); }
    if (size >= 1e6) { return (value / 1e6).toPrecision(4) + " M"; }
    if (size >= 1000) { return group(Math.round(value)); }
    return String(Number(value.toPrecision(4)));
  }

  function written(unit, value) {
    if (value == null || !isFinite(value)) { return "\u2013"; }
    if (unit === "percent") { return Number((100 * value).toPrecision(4)) + " %"; }
    if (unit === "milliseconds") { return value >= 10000 ? plain(value / 1000) + " s" : plain(value) + " ms"; }
    if (unit === "megabytes") { return value >= 1000 ? plain(value / 1000) + " GB" : plain(value) + " MB"; }
    return plain(value);
  }

  function marks(clocks) {
    var found = [];
    clocks.forEach(function (clock) {
      data.clocks[clock].marks.forEach(function (mark) {
        var told = over === "time" && mark.seconds != null;
        found.push({x: told ? mark.seconds : place(clock, mark.x), kind: mark.kind, text: mark.text});
      });
    });
    return found;
  }

  function markPlugin(all) {
    var told;
    return {hooks: {
      init: function (plot) {
        told = document.createElement("div");
        told.className = "told";
        plot.over.appendChild(told);
      },
      drawAxes: function (plot) {
        var context = plot.ctx, box = plot.bbox, ratio = window.devicePixelRatio || 1;
        context.save();
        all.forEach(function (mark) {
          var x = plot.valToPos(mark.x, "x", true);
          if (!(x >= box.left && x <= box.left + box.width)) { return; }
          var quiet = mark.kind === "quiet";
          context.strokeStyle = quiet ? colour("--soft") : colour(mark.kind === "bad" ? "--bad" : "--note");
          context.lineWidth = ratio;
          context.setLineDash(mark.kind === "note" ? [4 * ratio, 3 * ratio] : []);
          context.beginPath();
          context.moveTo(x, quiet ? box.top + box.height - 6 * ratio : box.top);
          context.lineTo(x, box.top + box.height);
          context.stroke();
        });
        context.restore();
      },
      setCursor: function (plot) {
        var nearest = null, reach = 7;
        if (plot.cursor.left >= 0) {
          all.forEach(function (mark) {
            var away = Math.abs(plot.valToPos(mark.x, "x") - plot.cursor.left);
            if (away < reach || away === reach && mark.kind !== "quiet") { reach = away; nearest = mark; }
          });
        }
        told.textContent = nearest ? nearest.text : "";
      }
    }};
  }

  /* Areas on top of each other: each curve is drawn at the sum up to it, and tells its own value. */
  function stack(tables, chart) {
    var sums = null;
    chart.series.forEach(function (series, i) {
      if (series.kind !== "stacked") { return; }
      sums = tables[i][1].map(function (y, j) { return (y || 0) + (sums ? sums[j] : 0); });
      tables[i] = [tables[i][0], sums];
    });
  }

  function options(chart, width, clocks) {
    var soft = colour("--soft"), line = colour("--line");
    var axis = {stroke: soft, font: "11px system-ui, sans-serif", grid: {stroke: line, width: 1}, ticks: {stroke: line, width: 1, size: 4}};
    var stacked = [];
    var series = [{label: over === "x" ? "step" : "time", value: function (plot, x) {
      if (x == null) { x = plot.data[0][plot.data[0].length - 1]; }
      return x == null ? "" : over === "x" ? group(x) : time(x);
    }}];
    chart.series.forEach(function (one, i) {
      var ink = colour("--c" + one.colour % 8);
      var many = one.x.length > 150;
      series.push({
        label: one.name,
        class: one.kind,
        stroke: one.kind === "faint" ? faint(ink, many) : ink,
        width: one.kind === "faint" ? 1 : one.kind === "limit" ? 1 : 1.75,
        dash: one.kind === "limit" ? [6, 4] : undefined,
        fill: one.kind === "stacked" ? ink + "55" : undefined,
        spanGaps: one.kind !== "faint" && one.kind !== "line",
        points: {show: one.kind === "dots" || one.kind !== "limit" && one.kind !== "faint" && one.x.length < 3, size: many ? 3 : 6, fill: ink},
        value: function (plot, y, s, at) {
          if (at == null) { at = plot.data[s].length - 1; }
          while (at > 0 && plot.data[s][at] == null) { at--; } // the newest up to here
          y = plot.data[s][at];
          if (one.kind === "stacked" && y != null && stacked.indexOf(s) > 0) {
            y -= plot.data[stacked[stacked.indexOf(s) - 1]][at] || 0;
          }
          return written(chart.unit, y);
        }
      });
      if (one.kind === "stacked") { stacked.push(i + 1); }
    });
    var bands = stacked.slice(1).map(function (upper, i) { return {series: [upper, stacked[i]]}; });
    return {
      width: width,
      height: HEIGHT,
      series: series,
      bands: bands,
      plugins: [markPlugin(marks(clocks))],
      cursor: {sync: {key: "page"}, drag: {x: true, y: false}},
      scales: {
        x: {time: false, range: function (plot, low, high) {
          return low == null ? [0, 1] : low === high ? [low - 1, high + 1] : [low, high];
        }},
        y: chart.scale === "logarithmic" ? {distr: 3} : {range: function (plot, low, high) {
          if (low == null) { return [0, 1]; }
          if (chart.scale === "from_zero") { return [Math.min(0, low), high > 0 ? high * 1.05 : 1]; }
          var pad = (high - low || Math.abs(high) || 1) * 0.06;
          return [low - pad, high + pad];
        }}
      },
      axes: [
        Object.assign({}, axis, {space: 70, size: 26, incrs: over === "x" ? undefined : [1, 5, 10, 30, 60, 300, 600, 1800, 3600, 7200, 14400, 43200, 86400, 172800, 432000], values: function (plot, xs) {
          return xs.map(function (x) { return over === "x" ? x % 1 === 0 ? group(x) : "" : time(x); });
        }}),
        Object.assign({}, axis, {
          values: function (plot, ys) {
            var most = Math.max.apply(null, ys.map(Math.abs));
            return ys.map(function (y) {
              if (y == null) { return ""; }
              return y !== 0 && most < 0.01 ? Number(y.toPrecision(3)).toExponential() : written(chart.unit, y);
            });
          },
          size: function (plot, texts) {
            var longest = (texts || []).reduce(function (most, text) { return Math.max(most, String(text || "").length); }, 0);
            return Math.max(34, 14 + 6.3 * longest);
          }
        })
      ]
    };
  }

  function draw(place_) {
    var chart = data.charts[Number(place_.dataset.chart)];
    var clocks = [];
    var tables = chart.series.map(function (series) {
      if (clocks.indexOf(series.clock) < 0) { clocks.push(series.clock); }
      return [series.x.map(function (x) { return place(series.clock, x); }), series.y];
    });
    stack(tables, chart);
    place_.textContent = "";
    var joined = window.uPlot.join(tables, tables.map(function () { return [2, 2]; }));
    var plot = new window.uPlot(options(chart, place_.clientWidth, clocks), joined, place_);
    plot.hooks.setSeries = [function (self, at, change) {
      if (at == null || change.show == null) { return; }
      var hidden = chart.series[at - 1];
      chart.series.forEach(function (one, i) {
        if (one.kind === "faint" && one.colour === hidden.colour && one.clock === hidden.clock && i !== at - 1) {
          self.setSeries(i + 1, {show: change.show});
        }
      });
    }];
    place_.dataset.drawn = chart.series.reduce(function (sum, series) {
      return sum + series.y.filter(function (y) { return y != null; }).length;
    }, 0);
    return {place: place_, plot: plot};
  }

  function drawAll() {
    drawn.forEach(function (one) { one.plot.destroy(); });
    drawn = Array.prototype.map.call(document.querySelectorAll("[data-chart]"), draw);
  }

  var buttons = document.querySelectorAll("[data-over]");
  Array.prototype.forEach.call(document.querySelectorAll(".choice"), function (choice) { choice.hidden = false; });
  Array.prototype.forEach.call(buttons, function (button) {
    button.addEventListener("click", function () {
      over = button.dataset.over;
      Array.prototype.forEach.call(buttons, function (one) {
        one.setAttribute("aria-pressed", String(one.dataset.over === over));
      });
      drawAll();
    });
  });
  var waiting = 0;
  window.addEventListener("resize", function () {
    clearTimeout(waiting);
    waiting = setTimeout(function () {
      drawn.forEach(function (one) { one.plot.setSize({width: one.place.clientWidth, height: HEIGHT}); });
    }, 100);
  });
  dark.addEventListener("change", drawAll);
  drawAll();
})();
