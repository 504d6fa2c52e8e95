"""Opens an exported model with the tools it is made for and compares it with our own numbers."""
import json
import pathlib
import sys

import numpy as np
import torch
from sentence_transformers import SentenceTransformer
from transformers import AutoModel, AutoTokenizer, BertForMaskedLM

TOLERANCE = 1e-5


def keys(info, allowed_missing=()):
    missing = [k for k in info["missing_keys"] if not k.startswith(tuple(allowed_missing) or ("\0",))]
    problems = {"missing": missing, "unexpected": info["unexpected_keys"], "mismatched": info["mismatched_keys"]}
    assert not any(problems.values()), problems


def pooling(module):
    """The mode's name; sentence-transformers 5.4 and newer have it as an attribute."""
    if hasattr(module, "get_pooling_mode_str"):
        return module.get_pooling_mode_str()
    mode = module.pooling_mode
    return mode if isinstance(mode, str) else "+".join(mode)


def main(folder):
    model, info = BertForMaskedLM.from_pretrained(folder, output_loading_info=True)
    keys(info)
    print("BertForMaskedLM: no missing, unexpected or mismatched key")
    encoder, info = AutoModel.from_pretrained(folder, output_loading_info=True)
    # cls.* is the MLM head, which a plain encoder has no place for
    assert all(k.startswith("pooler.") for k in info["missing_keys"]), info["missing_keys"]
    print("AutoModel: only the pooler is missing")

    tokenizer = AutoTokenizer.from_pretrained(folder)
    sentence_model = SentenceTransformer(folder, device="cpu")
    assert pooling(sentence_model[1]) == "cls", sentence_model[1]
    encoder.eval()
    worst = 0.0
    for row in json.loads((pathlib.Path(folder) / "reference-vectors.json").read_text("utf-8")):
        ids = tokenizer(row["text"], truncation=True)["input_ids"]
        assert ids == row["token_ids"], (row["text"], ids, row["token_ids"])
        with torch.no_grad():
            cls = encoder(torch.tensor([ids])).last_hidden_state[0, 0].numpy()
        ours = np.array(row["cls"], dtype=np.float32)
        theirs = sentence_model.encode([row["text"]], convert_to_numpy=True)[0]
        worst = max(worst, float(np.abs(cls - ours).max()), float(np.abs(theirs - ours).max()))
    assert worst <= TOLERANCE, worst
    print(f"tokenizer: ids equal; [CLS] vectors of transformers and sentence-transformers equal ours to {worst:.1e}")


if __name__ == "__main__":
    main(sys.argv[1])
