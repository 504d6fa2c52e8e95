#!/usr/bin/env python3
"""Checks the stages in a real PySpark, with the assembled jar alone.

    python check_stages.py --jar JAR --model FOLDER [--master local[2]] [--remote local[2]] [--work FOLDER]
    spark-submit --jars JAR --master MASTER check_stages.py --model FOLDER

The Python must have PySpark of the line that the jar is for, and the folder `python` on PYTHONPATH. Ends with "all checks passed", or with
the first that did not.
"""

import argparse
import tempfile


def session(jar: str, master: str, remote: str):
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.appName("check-stages")
    if jar:  # else spark-submit has it, and the master
        builder = builder.config("spark.jars", jar).config("spark.ui.enabled", "false")
        builder = builder.remote(remote) if remote else builder.master(master)
    return builder.getOrCreate()


def numbers(vector):
    return None if vector is None else [float(v) for v in vector]


def vectors(df, column="vector"):
    rows = df.orderBy("id").select(column).collect()
    return [numbers(row[0]) for row in rows]


def check_equal(what, a, b, most=1e-6):
    assert len(a) == len(b), what
    for i, (x, y) in enumerate(zip(a, b)):
        if x is None or y is None:
            assert x is None and y is None, f"{what}: row {i}: {x} and {y}"
        else:
            worst = max(abs(u - v) for u, v in zip(x, y))
            assert len(x) == len(y) and worst <= most, f"{what}: row {i} differs by {worst}"
    print(f"ok: {what}: {len(a)} rows", flush=True)


def check_refused(what, call, *parts):
    try:
        call()
    except Exception as e:  # of several classes: Java's, Python's, Connect's
        said = str(e)
        assert all(part in said for part in parts), f"{what}: {type(e).__name__}: {said}"
        print(f"ok: {what}: {type(e).__name__}: {said.splitlines()[0][:160]}", flush=True)
        return
    raise AssertionError(f"{what}: not refused")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jar", default="")
    parser.add_argument("--model", required=True)
    parser.add_argument("--master", default="local[2]")
    parser.add_argument("--remote", default="")
    parser.add_argument("--work")
    given = parser.parse_args()
    work = given.work or tempfile.mkdtemp(prefix="check-stages")
    spark = session(given.jar, given.master, given.remote)
    spark.conf.set("spark.sql.shuffle.partitions", "2")
    print(f"pyspark {spark.version}", flush=True)

    from pyspark.ml import Pipeline, PipelineModel
    from pyspark.ml.classification import LogisticRegression
    from pyspark.ml.feature import HashingTF, Tokenizer, VectorAssembler
    from retromae_spark import TextEmbedder, TextTokenizer

    words = ["中国", "red", "green", "a", "b", "c", "文", "longword"]
    texts = [" ".join(words[(i + j) % 8] for j in range(1 + i % 40)) for i in range(120)]
    texts[3:6] = [None, "", "red " * (1 << 18)]
    rows = [(i, text, float(i % 2)) for i, text in enumerate(texts)]
    df = spark.createDataFrame(rows, "id INT, text STRING, label DOUBLE")

    embedder = TextEmbedder(modelPath=given.model, inputCol="text", outputCol="vector")
    one = vectors(embedder.transform(df.repartition(1)))
    assert one[3] is None and one[4] is not None and one[5] is not None
    check_equal("2 tasks and 1", vectors(embedder.transform(df.repartition(2))), one)
    check_equal("4 tasks and 1", vectors(embedder.transform(df.repartition(4))), one)
    array = TextEmbedder(
        modelPath=given.model, inputCol="text", outputCol="vector", outputType="array"
    )
    check_equal("arrays and vectors", vectors(array.transform(df)), one)
    print("columns:", array.transform(df).drop("text").dtypes)

    tokenizer = TextTokenizer(modelPath=given.model, inputCol="text", outputCol="tokens")
    of_tokens = TextEmbedder(modelPath=given.model, inputCol="tokens", outputCol="vector")
    tokens = tokenizer.transform(df)
    assert tokens.orderBy("id").collect()[4]["tokens"]["attention_mask"] == [1, 1]
    check_equal("tokens and texts", vectors(of_tokens.transform(tokens)), one)

    pipeline = Pipeline(
        stages=[
            tokenizer,
            of_tokens,
            Tokenizer(inputCol="text", outputCol="words"),
            HashingTF(inputCol="words", outputCol="counts", numFeatures=16),
            VectorAssembler(inputCols=["vector", "counts"], outputCol="features"),
            LogisticRegression(maxIter=5),
        ]
    )
    full = df.dropna().repartition(2)
    fitted = pipeline.fit(full)
    before = fitted.transform(full)
    fitted.write().overwrite().save(work + "/fitted")
    loaded = PipelineModel.load(work + "/fitted")
    after = loaded.transform(full)
    check_equal("a loaded pipeline's vectors", vectors(after), vectors(before))
    check_equal("its predictions", vectors(after, "probability"), vectors(before, "probability"))
    assert isinstance(loaded.stages[1], TextEmbedder), loaded.stages
    assert loaded.stages[1].getOrDefault("outputCol") == "vector"
    assert not loaded.stages[1].isSet("pooling")

    pipeline.write().overwrite().save(work + "/plan")
    again = Pipeline.load(work + "/plan").fit(full)
    check_equal("a loaded plan's vectors", vectors(again.transform(full)), vectors(before))
    embedder.setPooling("mean").setNormalize(False)
    embedder.write().overwrite().save(work + "/stage")
    stage = TextEmbedder.load(work + "/stage")
    assert stage.uid == embedder.uid and stage.getOrDefault("pooling") == "mean"
    check_equal("a loaded stage's", vectors(stage.transform(df)), vectors(embedder.transform(df)))
    copied = stage.transform(df, {stage.outputType: "array"}) if not given.remote else None
    if copied is not None:
        assert dict(copied.dtypes)["vector"] == "array<float>"

    plain = TextEmbedder(modelPath=given.model, inputCol="text", outputCol="vector")
    check_refused(
        "a column of numbers", lambda: plain.copy().setInputCol("id").transform(df).schema, "is int; must be string"
    )
    check_refused(
        "no such column", lambda: plain.copy().setInputCol("body").transform(df).schema, "there is no such column"
    )
    check_refused(
        "a column that is taken", lambda: plain.copy().setOutputCol("id").transform(df).schema, "is there already"
    )
    check_refused(
        "a folder that is none", lambda: plain.copy().setModelPath("/nowhere").transform(df).schema, "/nowhere"
    )
    check_refused(
        "a pooling that is none", lambda: plain.copy().setPooling("max").transform(df).schema, "pooling"
    )
    spark.stop()
    print("all checks passed", flush=True)


if __name__ == "__main__":
    main()
