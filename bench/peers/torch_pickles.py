#!/usr/bin/env python3
"""Writes the files that TorchFileTest reads: tensors of every kind, as PyTorch saves them, with their values beside.

    python3 -m venv v && v/bin/pip install -r bench/peers/requirements-torch.txt
    v/bin/python bench/peers/torch_pickles.py training/src/test/resources/io/retromae/training/pickle

tensors-zip.bin, tensors-zip-4.bin (pickle protocol 4), tensors-legacy.bin (the format before PyTorch 1.6), tensors.json: their values.
bert-zip.bin, bert-legacy.bin: a BertForMaskedLM of 1 layer x 8, value i of each tensor is i; its word table is the head's, too.
program.bin, whole-module.bin, nested.bin, numpy.bin: what is refused; none of them is run when it is read.
"""
import collections, json, os, pathlib, sys
import numpy
import torch

TYPES = {torch.float32: "F32", torch.float16: "F16", torch.bfloat16: "BF16", torch.float64: "F64", torch.int64: "I64",
         torch.int32: "I32", torch.int16: "I16", torch.uint8: "U8", torch.bool: "BOOL"}


class Kinds(torch.nn.Module):
    """Parameters and buffers whose storages are shared, cut, turned and stretched."""

    def __init__(self):
        super().__init__()
        base = torch.arange(24, dtype=torch.float32).reshape(4, 6) / 7
        self.weight = torch.nn.Parameter(base.clone())
        self.tied = self.weight
        kinds = {
            "half": torch.tensor([0.1, -2.5, 65504, 6e-8, 0], dtype=torch.float16),
            "bfloat16": torch.tensor([[0.1, -2.5, 3e38], [1e-40, 0, 1]], dtype=torch.bfloat16),
            "double": torch.tensor([0.1, 1e-300], dtype=torch.float64),
            "position_ids": torch.arange(4).expand((1, -1)),
            "int": torch.tensor([-1, 2**31 - 1], dtype=torch.int32),
            "short": torch.tensor([-1, 300], dtype=torch.int16),
            "byte": torch.tensor([0, 255], dtype=torch.uint8),
            "bool": torch.tensor([True, False]),
            "turned": base.t(),
            "cut": base[1:, 2:],
            "every_other": base[::2, ::3],
            "middle_row": base[2],
            "turned_cube": torch.arange(24, dtype=torch.float32).reshape(2, 3, 4).permute(2, 0, 1),
            "scalar": torch.tensor(4.5),
            "empty": torch.zeros(0, 3),
            "stretched": torch.tensor([[1.0], [2.0]]).expand(2, 3),
        }
        for name, tensor in kinds.items():
            self.register_buffer("of_" + name, tensor)


def bert():
    """Tensors of the shape in HuggingFaceFolderTest."""
    v, d, f, p = 12, 8, 16, 10
    sizes = {"bert.embeddings.word_embeddings.weight": (v, d), "bert.embeddings.position_embeddings.weight": (p, d),
             "bert.embeddings.token_type_embeddings.weight": (2, d)}
    norm = lambda name: {name + ".LayerNorm.weight": (d,), name + ".LayerNorm.bias": (d,)}
    linear = lambda name, o, i: {name + ".weight": (o, i), name + ".bias": (o,)}
    sizes |= norm("bert.embeddings")
    layer = "bert.encoder.layer.0."
    for part in ("query", "key", "value"):
        sizes |= linear(layer + "attention.self." + part, d, d)
    sizes |= linear(layer + "attention.output.dense", d, d) | norm(layer + "attention.output")
    sizes |= linear(layer + "intermediate.dense", f, d) | linear(layer + "output.dense", d, f) | norm(layer + "output")
    sizes |= {"cls.predictions.bias": (v,)} | linear("cls.predictions.transform.dense", d, d) | norm("cls.predictions.transform")
    state = collections.OrderedDict()
    for name, size in sizes.items():
        state[name] = torch.arange(torch.Size(size).numel(), dtype=torch.float32).reshape(size)
    state["cls.predictions.decoder.weight"] = state["bert.embeddings.word_embeddings.weight"]
    state["cls.predictions.decoder.bias"] = state["cls.predictions.bias"]
    return state


class Program:
    def __reduce__(self):
        return os.system, ("echo this must never run",)


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    state = Kinds().state_dict()
    values = {name: {"dtype": TYPES[t.dtype], "shape": list(t.shape),
                     "values": [float(x) for x in t.to(torch.float64).reshape(-1).tolist()]} for name, t in state.items()}
    (folder / "tensors.json").write_text(json.dumps(values, indent=1) + "\n")
    torch.save(state, folder / "tensors-zip.bin")
    torch.save(state, folder / "tensors-zip-4.bin", pickle_protocol=4)
    torch.save(state, folder / "tensors-legacy.bin", _use_new_zipfile_serialization=False)
    torch.save(bert(), folder / "bert-zip.bin")
    torch.save(bert(), folder / "bert-legacy.bin", _use_new_zipfile_serialization=False)
    torch.save({"weight": torch.ones(2), "program": Program()}, folder / "program.bin")
    torch.save(torch.nn.Linear(2, 2), folder / "whole-module.bin", _use_new_zipfile_serialization=False)
    torch.save({"model": {"weight": torch.ones(2)}, "step": 3}, folder / "nested.bin")
    torch.save({"weight": numpy.ones(2)}, folder / "numpy.bin")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
