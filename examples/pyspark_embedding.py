#!/usr/bin/env python3
"""Embeds a few texts with PySpark, finds the nearest, trains a classifier on vectors, and saves it.

    PYTHONPATH=python python examples/pyspark_embedding.py \\
        submit/target/retromae-spark_2.13-0.1.0.jar out/quickstart/run/export /tmp/classifier

Needs PySpark of the line that the jar is for (2.13: Spark 4.2, 2.12: Spark 3.5) and numpy. The
second argument is the folder of any BERT in Hugging Face's layout, the third is written.
"""

import sys

from pyspark.ml import Pipeline, PipelineModel
from pyspark.ml.classification import LogisticRegression
from pyspark.ml.functions import vector_to_array
from pyspark.sql import SparkSession, functions as F
from retromae_spark import TextEmbedder

jar, model, target = sys.argv[1:]
spark = (
    SparkSession.builder.master("local[2]").config("spark.jars", jar).getOrCreate()
)
texts = spark.createDataFrame(
    [
        (0, "头痛应该吃什么药", 1.0),
        (1, "感冒发烧怎么办", 1.0),
        (2, "床前明月光，疑是地上霜", 0.0),
        (3, "春眠不觉晓，处处闻啼鸟", 0.0),
        (4, None, 0.0),
    ],
    "id INT, text STRING, label DOUBLE",
)

embedder = TextEmbedder(modelPath=model, inputCol="text", outputCol="features")
vectors = embedder.transform(texts).dropna().cache()  # a text that is null has no vector

# The folder normalizes, so the inner product is the cosine.
products = F.aggregate(
    F.zip_with("a", "b", lambda x, y: x * y), F.lit(0.0), lambda total, x: total + x
)
left = vectors.select(F.col("id").alias("x"), vector_to_array("features").alias("a"))
right = vectors.select(F.col("id").alias("y"), vector_to_array("features").alias("b"))
left.crossJoin(right).where("x < y").select("x", "y", products.alias("cosine")).orderBy(
    F.desc("cosine")
).show()

fitted = Pipeline(stages=[embedder, LogisticRegression(maxIter=20)]).fit(texts.dropna())
fitted.write().overwrite().save(target)
loaded = PipelineModel.load(target)
loaded.transform(texts.dropna()).select("id", "text", "label", "prediction").show()
spark.stop()
