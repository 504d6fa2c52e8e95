"""Opens an exported model with the tools it is made for and compares it with our own numbers.

check_export.py FOLDER
"""
import json
import pathlib
import re
import sys

import numpy as np
import torch
from FlagEmbedding import FlagModel
from sentence_transformers import SentenceTransformer
from transformers import AutoModel, AutoTokenizer, BertForMaskedLM

TOLERANCE = 1e-5


def read(folder, name, otherwise=None):
    path = pathlib.Path(folder) / name
    return json.loads(path.read_text("utf-8")) if path.exists() else otherwise


def check_keys(info):
    problems = {key: info[key] for key in ("missing_keys", "unexpected_keys", "mismatched_keys")}
    assert not any(problems.values()), problems


def pooling_of(folder):
    config = read(folder, "1_Pooling/config.json")
    modes = [key for key in config if key.startswith("pooling_mode_") and config[key]]
    assert len(modes) == 1, modes
    return modes[0].removeprefix("pooling_mode_").split("_")[0]


def pooled(hidden, mode):
    """Of the hidden states [L, D] of one text."""
    return {"cls": hidden[0], "mean": hidden.mean(dim=0), "lasttoken": hidden[-1]}[mode]


class Use:
    """What the folder says of how its vectors are made."""

    def __init__(self, folder):
        self.pooling = pooling_of(folder)
        self.normalize = any(m["type"].endswith(".Normalize") for m in read(folder, "modules.json"))
        usage = read(folder, "config_sentence_transformers.json", {})
        self.prompts = usage.get("prompts", {})
        self.similarity = usage.get("similarity_fn_name")
        self.max_length = read(folder, "sentence_bert_config.json")["max_seq_length"]

    def text(self, row):
        return self.prompts.get(row.get("prompt_name"), "") + row["text"]


def by_transformers(folder, use, rows):
    head = read(folder, "config.json")["architectures"] == ["BertForMaskedLM"]
    if head:
        check_keys(BertForMaskedLM.from_pretrained(folder, output_loading_info=True)[1])
        print("BertForMaskedLM: no missing, unexpected or mismatched key")
    model, info = AutoModel.from_pretrained(folder, output_loading_info=True)
    # cls.* is the MLM head, which a plain encoder has no place for
    assert all(key.startswith("pooler.") for key in info["missing_keys"]), info["missing_keys"]
    assert head or not info["unexpected_keys"], info["unexpected_keys"]
    print("AutoModel: only the pooler is missing")
    model.eval()
    tokenizer = AutoTokenizer.from_pretrained(folder)
    vectors = []
    for row in rows:
        ids = tokenizer(use.text(row), truncation=True, max_length=use.max_length)["input_ids"]
        assert ids == row["token_ids"], (row["text"], ids, row["token_ids"])
        with torch.no_grad():
            vector = pooled(model(torch.tensor([ids])).last_hidden_state[0], use.pooling)
        vectors.append(torch.nn.functional.normalize(vector, dim=0) if use.normalize else vector)
    print("tokenizer: ids equal")
    return np.stack([vector.numpy() for vector in vectors])


def by_sentence_transformers(folder, use, rows):
    model = SentenceTransformer(folder, device="cpu")
    assert use.similarity is None or str(model.similarity_fn_name) == use.similarity, model.similarity_fn_name
    assert model.max_seq_length == use.max_length, model.max_seq_length
    vectors = []
    for row in rows:
        name = row.get("prompt_name")
        vectors.append(model.encode([row["text"]], prompt_name=name, convert_to_numpy=True)[0])
    if "query" in use.prompts and hasattr(model, "encode_query"):
        for row, vector in zip(rows, vectors):
            if row.get("prompt_name") == "query":
                assert np.abs(model.encode_query([row["text"]])[0] - vector).max() <= TOLERANCE
    return np.stack(vectors)


def by_flag_embedding(folder, use, rows):
    """Its classes read no prompts, pooling or normalisation: whoever opens the folder says them."""
    model = FlagModel(
        folder,
        pooling_method=use.pooling,
        normalize_embeddings=use.normalize,
        query_instruction_for_retrieval=use.prompts.get("query") or None,
        query_max_length=use.max_length,
        passage_max_length=use.max_length,
        devices="cpu",
        use_fp16=False,
    )
    vectors = []
    for row in rows:
        encode = model.encode_queries if row.get("prompt_name") == "query" else model.encode_corpus
        text = row["text"] if row.get("prompt_name") == "query" else use.text(row)
        vectors.append(encode([text])[0])
    return np.stack(vectors)


def run_card(folder):
    """The model card's own examples, as a reader would copy them."""
    card = (pathlib.Path(folder) / "README.md").read_text("utf-8")
    for block in re.findall(r"```python\n(.*?)```", card, re.DOTALL):
        exec(block.replace("path/to/export", str(folder)), {})
    print("README.md: its examples run")


def main(folder):
    use = Use(folder)
    rows = read(folder, "reference-vectors.json")
    # exports of earlier versions name it by the only pooling that they had
    ours = np.array([row.get("vector", row.get("cls")) for row in rows], dtype=np.float32)
    tools = {"transformers": by_transformers, "sentence-transformers": by_sentence_transformers}
    if use.pooling == "lasttoken":
        print("FlagEmbedding: its classes for encoders know no last-token pooling")
    else:
        tools["FlagEmbedding"] = by_flag_embedding
    for name, tool in tools.items():
        worst = float(np.abs(tool(folder, use, rows) - ours).max())
        assert worst <= TOLERANCE, (name, worst)
        print(f"{name}: vectors ({use.pooling}{', normalized' if use.normalize else ''}) equal ours to {worst:.1e}")
    run_card(folder)


if __name__ == "__main__":
    main(sys.argv[1])
