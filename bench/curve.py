#!/usr/bin/env python3
"""Stores the loss curve of a run as JSON and draws it as SVG. Standard library only.

    bench/curve.py RUN/metrics.jsonl docs/curves/NAME            # writes NAME.json and NAME.svg
    bench/curve.py RUN/metrics.jsonl --same OTHER/metrics.jsonl  # are all losses of two runs equal to the last digit?
"""
import argparse
import json
import sys

KEYS = ["encoder_loss", "decoder_loss"]
COLOURS = {"encoder_loss": "#1f77b4", "decoder_loss": "#d62728"}
WIDTH, HEIGHT, LEFT, BOTTOM = 760, 380, 56, 40
WINDOW = 20  # steps that the thick line is a mean over


def rows(path):
    """Steps and evaluations of a metrics file, as they were written."""
    with open(path, encoding="utf-8") as lines:
        return [row for row in map(json.loads, lines) if "event" not in row]


def steps(path):
    return [row for row in rows(path) if "encoder_loss" in row]


def compare(path, other):
    fields = ["step", "loss", "encoder_loss", "decoder_loss", "grad_norm", "lr", "tokens"]
    mine, theirs = ([tuple(repr(row.get(f)) for f in fields) for row in steps(p)] for p in (path, other))
    for a, b in zip(mine, theirs):
        if a != b:
            sys.exit("differ at step %s:\n%s\n%s" % (a[0], a, b))
    if len(mine) != len(theirs):
        sys.exit("%d and %d steps" % (len(mine), len(theirs)))
    print("%d steps: equal to the last digit" % len(mine))


def smoothed(values):
    return [sum(values[max(0, i - WINDOW + 1):i + 1]) / len(values[max(0, i - WINDOW + 1):i + 1]) for i in range(len(values))]


def svg(data, evaluations):
    top = max(max(row[k] for k in KEYS) for row in data)
    low = min(min(row[k] for k in KEYS) for row in data)
    last = data[-1]["step"]

    def x(step):
        return LEFT + (WIDTH - LEFT - 10) * step / last

    def y(loss):
        return 10 + (HEIGHT - BOTTOM - 10) * (top - loss) / (top - low)

    def line(points, colour, width, opacity):
        path = " ".join("%.1f,%.1f" % (x(s), y(v)) for s, v in points)
        return '<polyline points="%s" fill="none" stroke="%s" stroke-width="%s" stroke-opacity="%s"/>' % (path, colour, width, opacity)

    out = ['<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" font-family="sans-serif" font-size="12">' % (WIDTH, HEIGHT),
           '<rect width="100%" height="100%" fill="white"/>']
    for i in range(6):
        loss = low + (top - low) * i / 5
        out.append('<line x1="%d" x2="%d" y1="%.1f" y2="%.1f" stroke="#ddd"/><text x="8" y="%.1f">%.2f</text>' % (
            LEFT, WIDTH - 10, y(loss), y(loss), y(loss) + 4, loss))
        step = last * i // 5
        out.append('<text x="%.1f" y="%d" text-anchor="middle">%d</text>' % (x(step), HEIGHT - BOTTOM + 18, step))
    for n, key in enumerate(KEYS):
        values = [row[key] for row in data]
        at = [row["step"] for row in data]
        out.append(line(zip(at, values), COLOURS[key], 0.6, 0.35))
        out.append(line(zip(at, smoothed(values)), COLOURS[key], 2, 1))
        for row in evaluations:
            out.append('<circle cx="%.1f" cy="%.1f" r="4" fill="white" stroke="%s"/>' % (x(row["step"]), y(row["eval_" + key]), COLOURS[key]))
        out.append('<text x="%d" y="%d" fill="%s">%s (thick: mean of %d steps; rings: held-out)</text>' % (
            WIDTH - 330, 26 + 18 * n, COLOURS[key], key.replace("_", " "), WINDOW))
    out.append('<text x="%d" y="%d" text-anchor="middle">step</text></svg>' % (WIDTH // 2, HEIGHT - 6))
    return "\n".join(out) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("metrics")
    parser.add_argument("target", nargs="?")
    parser.add_argument("--same")
    args = parser.parse_args()
    if args.same:
        compare(args.metrics, args.same)
    if args.target:
        data = steps(args.metrics)
        evaluations = [row for row in rows(args.metrics) if "eval_loss" in row]
        kept = ["step", "loss", "encoder_loss", "decoder_loss", "grad_norm", "lr"]
        table = {"columns": kept, "rows": [[row[k] for k in kept] for row in data],
                 "evaluations": [{k: v for k, v in row.items() if k == "step" or k.startswith("eval_") and k != "eval_seconds"}
                                 for row in evaluations]}
        with open(args.target + ".json", "w", encoding="utf-8") as f:
            f.write(json.dumps(table).replace("], [", "],\n[") + "\n")
        with open(args.target + ".svg", "w", encoding="utf-8") as f:
            f.write(svg(data, evaluations))


if __name__ == "__main__":
    main()
