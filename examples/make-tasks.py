#!/usr/bin/env python3
"""Makes the evaluation tasks in tasks/ from the sample corpora in pile/ and wudao/, deterministically.

usage: make-tasks.py

Needs `zstandard`. Documents are drawn by a hash of their id; whole documents are drawn, so that holding a task
out of training drops them whole. Ids are those that the corpus job gives with pile/ as its first input and wudao/ as its
second: first half of SHA-256(number of the input / file name, 0, offset of the record), followed by the number of the
passage in its document where there are several. documents.txt lists them for `hold_out`.
"""
import ast
import hashlib
import io
import json
import pathlib
import re

import zstandard

HERE = pathlib.Path(__file__).resolve().parent
TASKS = HERE / "tasks"
SEED = "tasks-1"
LONGEST = 1_200  # characters of a passage
NOTICES = {
    "medical": "MIT (`../../wudao/NOTICE.txt`)",
    "encyclopedia": "CC BY-SA 4.0 (CMRC 2018) and CC BY-SA 3.0 (DRCD)",
    "wikipedia": "CC BY-SA 3.0 (WikiText-2)",
    "python": "PSF licence 2 (`../../pile/NOTICE-psf.txt`)",
    "pubmed": "open access, article by article (`../../pile/NOTICE-pubmed-articles.txt`)",
}


def order(text):
    """A place in a draw that depends on the text alone."""
    return hashlib.sha256((SEED + text).encode("utf-8")).hexdigest()


def document_id(file_name, offset):
    return hashlib.sha256(f"{file_name}\0{offset}".encode("utf-8")).hexdigest()[:32]


def pile():
    """(set, id, text) of each record that can be read."""
    for path in sorted((HERE / "pile").glob("*.jsonl.zst")):
        with path.open("rb") as f:
            data = zstandard.ZstdDecompressor().stream_reader(f).read()
        offset = 0
        for line in io.BytesIO(data):
            try:
                record = json.loads(line.decode("utf-8"))
                yield record["meta"]["pile_set_name"], document_id("0/" + path.name, offset), record["text"]
            except (ValueError, KeyError):
                pass  # planted on purpose
            offset += len(line)


def wudao():
    """(kind, id, title, content) of each record that has both."""
    for path in sorted((HERE / "wudao").glob("*.json")):
        text = path.read_text("utf-8")
        decoder, at, offset = json.JSONDecoder(), 0, 0
        begin = text.index("[")
        while (start := text.find("{", max(at, begin))) >= 0:
            offset += len(text[at:start].encode("utf-8"))
            record, end = decoder.raw_decode(text, start)
            if record.get("content") and record.get("title"):
                yield record["dataType"], document_id("1/" + path.name, offset), record["title"], record["content"]
            offset += len(text[start:end].encode("utf-8"))
            at = end


def once(items, key):
    """The items whose key no other item has."""
    counts = {}
    for item in items:
        counts[key(item)] = counts.get(key(item), 0) + 1
    return [item for item in items if counts[key(item)] == 1]


def clip(text):
    """The beginning of a text, up to the end of a line or sentence."""
    text = text.strip()
    if len(text) <= LONGEST:
        return text
    ends = [m.end() for m in re.finditer(r"[。！？]|[.!?]\s|\n", text[:LONGEST])]
    return text[: ends[-1] if ends else LONGEST].rstrip()


def titles(kind, count, shortest):
    """Title -> content. A content that begins with its title begins behind it."""
    found = [(i, t.strip(), c.strip()) for k, i, t, c in wudao() if k == kind]
    found = once(once(found, lambda r: r[1]), lambda r: r[2])
    pairs = []
    for doc, title, content in sorted(found, key=lambda r: order(r[0])):
        rest = content[len(title):].lstrip(" ，,。：:？?（）()、") if content.startswith(title) else content
        if len(rest) >= shortest and title not in rest[: 2 * len(title)]:
            pairs.append((doc, title, clip(rest)))
    return pairs[:count]


def drawn(set_name, count, passages):
    """Query and passage of each pair in the first documents of the draw that have at least three."""
    found, documents = [], 0
    for doc, text in sorted(once([(i, t) for s, i, t in pile() if s == set_name], lambda r: r[1]), key=lambda r: order(r[0])):
        own = passages(text)
        if len(own) >= 3 and documents < count:
            documents += 1
            found += [(f"{doc}-{n:03d}", query, passage) for n, (query, passage) in enumerate(own)]
    return once(once(found, lambda r: r[1].lower()), lambda r: r[2])


def wikipedia(text):
    """Title and headings -> section. WikiText writes rare words as <unk>: a query leaves them out."""
    parts = re.split(r"(?m)^ ?((?:= )+)(.+?)(?: =)+ *$", text)
    path, found = [], []
    for marks, heading, body in zip(parts[1::3], parts[2::3], parts[3::3]):
        level = marks.count("=")
        path = [step for step in path if step[0] < level] + [(level, heading.strip())]
        query = " : ".join(step[1] for step in path).replace("<unk>", "")
        telling = level > 1 and "<unk>" not in heading and len(re.findall(r"\w{2,}", query)) >= 3
        if telling and len(body.strip()) >= 200 and 10 * body.count("<unk>") < len(body.split()):
            found.append((" ".join(query.split()), clip(body)))
    return found


def pubmed(text):
    """Heading of at least three words -> the paragraphs below it."""
    blocks = [b.strip() for b in re.split(r"\n\s*\n", text) if b.strip()]
    found = []
    for n, heading in enumerate(blocks[:-1]):
        body = []
        for block in blocks[n + 1:]:
            if len(block) < 160:
                break
            body.append(block)
        words = re.findall(r"[A-Za-z]{2,}", heading)
        if n > 0 and 3 <= len(words) and len(heading) < 120 and heading[-1] not in ".:;," and body and len(body[0]) >= 200:
            found.append((heading, clip("\n\n".join(body))))
    return found


def functions(text):
    """First paragraph of a docstring -> the function without it."""
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return []
    lines, found = text.splitlines(), []
    for node in ast.walk(tree):
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) or not ast.get_docstring(node):
            continue
        summary = " ".join(ast.get_docstring(node).split("\n\n")[0].split())
        doc = node.body[0]
        own = lines[node.lineno - 1: doc.lineno - 1] + lines[doc.end_lineno: node.end_lineno]
        code = "\n".join(line[node.col_offset:] if not line[: node.col_offset].strip() else line for line in own)
        if len(summary.split()) >= 4 and len(summary) <= 300 and len(own) >= 4 and len(code) <= LONGEST and summary not in code:
            found.append((node.lineno, summary, code.rstrip()))
    return [(summary, code) for _, summary, code in sorted(found)]


def write(path, records):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records), "utf-8")


def readme(name, text, licence):
    size = sum(p.stat().st_size for p in (TASKS / name).rglob("*.*") if p.name != "README.md")
    (TASKS / name / "README.md").write_text(
        f"# {name}\n\n{text}\n\n{round(size / 1000):,} kB, made by `../../make-tasks.py`. Licence of the texts: {licence}.\n", "utf-8"
    )


def retrieval(name, pairs, text, licence):
    folder = TASKS / name
    write(folder / "corpus.jsonl", [{"_id": i, "title": "", "text": p} for i, _, p in pairs])
    write(folder / "queries.jsonl", [{"_id": "q-" + i, "text": q} for i, q, _ in pairs])
    rows = ["query-id\tcorpus-id\tscore"] + [f"q-{i}\t{i}\t1" for i, _, _ in pairs]
    (folder / "qrels").mkdir(exist_ok=True)
    (folder / "qrels" / "test.tsv").write_text("\n".join(rows) + "\n", "utf-8")
    documents = len({i[:32] for i, _, _ in pairs})
    readme(name, f"{text} {len(pairs)} queries, {len(pairs)} passages of {documents} documents; BEIR's layout.", licence)


def pieces(text, chinese):
    """A text as its smallest parts that make sense to leave out."""
    return list(text) if chinese else text.split()


def halves(text, chinese):
    """Two parts of a text that meet at the end of a sentence near its middle; none if there is none."""
    ends = [m.end() for m in re.finditer(r"[。！？]" if chinese else r"[.!?]\s", text)]
    ends = [e for e in ends if 40 <= e <= len(text) - 40]
    if not ends:
        return None
    cut = min(ends, key=lambda e: abs(2 * e - len(text)))
    return ending(text[:cut].strip(), chinese), text[cut:].strip()[:300]


def ending(text, chinese):
    """The last words of a text."""
    return text if len(text) <= 300 else text[-300:] if chinese else text[-300:].split(" ", 1)[1]


def similarity(sources):
    """Pairs graded by how they were made."""
    pairs = []
    for name, passages in sources.items():
        chinese = name in ("medical", "encyclopedia")
        glue = "" if chinese else " "
        split = [(i, h) for i, _, p in sorted(passages, key=lambda r: order("sts" + r[0])) if (h := halves(p, chinese))][:60]
        others = [x for other, ps in sources.items() if other != name and (other in ("medical", "encyclopedia")) == chinese for x in ps]
        for n, (doc, (first, second)) in enumerate(split):
            grade = n % 4
            if grade == 3:
                parts = pieces(first, chinese)
                kept = [x for k, x in enumerate(parts) if order(f"{doc} {k}")[0] not in "0123"]
                pairs.append((first, glue.join(kept), 3))
            elif grade == 2:
                pairs.append((first, second, 2))
            elif grade == 1:
                other = next(h for i, h in split[n + 1:] + split[:n] if i[:32] != doc[:32])
                pairs.append((first, other[1], 1))
            else:
                other = min(others, key=lambda r: order(doc + r[0]))
                pairs.append((first, other[2][:300], 0))
    pairs = sorted(pairs, key=lambda p: order(p[0] + p[1]))
    write(TASKS / "similarity" / "test.jsonl", [{"sentence1": a, "sentence2": b, "score": s} for a, b, s in pairs])
    readme(
        "similarity",
        f"{len(pairs)} pairs of texts from the passages of the retrieval tasks, graded by how they were made: 3 a text and the same "
        "without a quarter of its words, 2 two neighbours in one passage, 1 two documents of one source, 0 two sources of one "
        "language. Columns as MTEB's STS tasks: `sentence1`, `sentence2`, `score`.",
        "as the retrieval tasks'",
    )


def classification(sources):
    """Which source a text is from."""
    rows = {"train": [], "test": []}
    for label, (name, passages) in enumerate(sources.items()):
        texts = sorted(passages, key=lambda r: order("class" + r[0][:32]))
        for n, (doc, _, passage) in enumerate(texts[:100]):
            part = "train" if n < 40 else "test"
            rows[part].append((order("row" + doc), {"text": passage[:300], "label": label, "label_text": name}))
    for part, found in rows.items():
        write(TASKS / "source" / f"{part}.jsonl", [r for _, r in sorted(found, key=lambda r: r[0])])
    readme(
        "source",
        f"Which source a text is from: {', '.join(sources)}. Beginnings of passages of the retrieval tasks, {len(rows['train'])} to "
        f"train and {len(rows['test'])} to test; columns as MTEB's classification tasks: `text`, `label`, `label_text`.",
        "as the retrieval tasks'",
    )


if __name__ == "__main__":
    found = {
        "medical": titles("医疗问答", 200, 60),
        "encyclopedia": titles("百科", 200, 60),
        "wikipedia": drawn("Wikipedia (en)", 10, wikipedia),
        "python": drawn("Github", 10, functions),
        "pubmed": drawn("PubMed Central", 9, pubmed),
    }
    about = {
        "medical": "The title of a Chinese medical question -> the question in full with its answer (set 医疗问答).",
        "encyclopedia": "The title of a Chinese encyclopedia entry -> a paragraph of it (set 百科). A title at the start of the paragraph is taken off.",
        "wikipedia": "Title and heading of a section of the English Wikipedia -> the section.",
        "python": "First paragraph of a docstring -> the function without its docstring (set Github).",
        "pubmed": "A heading of a biomedical article -> the paragraphs below it (set PubMed Central).",
    }
    for task, pairs in found.items():
        retrieval(task, pairs, about[task], NOTICES[task])
    similarity(found)
    classification(found)
    documents = sorted({i[:32] for pairs in found.values() for i, _, _ in pairs})
    (TASKS / "documents.txt").write_text("\n".join(documents) + "\n", "utf-8")
