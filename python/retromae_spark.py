"""Sentence encoders as stages of PySpark ML pipelines: TextTokenizer and TextEmbedder.

Copy this file, or put its folder on PYTHONPATH, and give Spark the jar of the same version::

    spark = SparkSession.builder.config("spark.jars", "retromae-spark_2.13-0.1.0.jar").getOrCreate()
    embedder = TextEmbedder(modelPath="model", inputCol="text", outputCol="vector")
    embedder.transform(df)

Import it before a saved pipeline that holds one of the stages is loaded. Needs nothing but PySpark,
3.5 or 4.2, and works through Spark Connect where the server (4.x) has the jar.

A parameter that is not set is as the model's folder states it (``modules.json`` and its kin).
"""

import sys
from typing import Any, Dict, Optional

from pyspark import keyword_only
from pyspark.ml.param import Param, Params, TypeConverters
from pyspark.ml.util import JavaMLReadable, JavaMLWritable
from pyspark.ml.wrapper import JavaTransformer

__all__ = ["TextTokenizer", "TextEmbedder"]

_JAVA_PACKAGE = "io.retromae.embed.ml"


def _text(name: str, doc: str) -> "Param[str]":
    return Param(Params._dummy(), name, doc, typeConverter=TypeConverters.toString)


def _number(name: str, doc: str) -> "Param[int]":
    return Param(Params._dummy(), name, doc, typeConverter=TypeConverters.toInt)


class _TextStage(JavaTransformer, JavaMLReadable, JavaMLWritable):
    """What the two stages have in common."""

    inputCol = _text("inputCol", "column that is read; must be there")
    outputCol = _text("outputCol", "column that is added; must not be there")
    modelPath = _text(
        "modelPath",
        "folder of the model in Hugging Face's layout, on any storage that driver and executors reach",
    )
    maxLength = _number(
        "maxLength",
        "most tokens of a text, [CLS] and [SEP] counted; longer ones are cut; not set: as the folder says",
    )
    instruction = _text(
        "instruction",
        "put before each text as it is; not set, and no promptName: the folder's default prompt "
        "if it names one, else nothing",
    )
    promptName = _text(
        "promptName",
        "name of the folder's prompt that is put before each text, query for example; "
        "instead of instruction",
    )

    def __init__(self) -> None:
        super().__init__()
        self._java_obj = self._new_java_obj(
            f"{_JAVA_PACKAGE}.{type(self).__name__}", self.uid
        )

    def _set_given(self, given: Dict[str, Any]) -> Any:
        return self._set(**{k: v for k, v in given.items() if v is not None})

    def setInputCol(self, value: str) -> Any:
        """Sets the column that is read."""
        return self._set(inputCol=value)

    def setOutputCol(self, value: str) -> Any:
        """Sets the column that is added."""
        return self._set(outputCol=value)

    def setModelPath(self, value: str) -> Any:
        """Sets the folder of the model."""
        return self._set(modelPath=value)

    def setMaxLength(self, value: int) -> Any:
        """Sets the most tokens of a text, [CLS] and [SEP] counted."""
        return self._set(maxLength=value)

    def setInstruction(self, value: str) -> Any:
        """Sets what is put before each text; empty for nothing."""
        return self._set(instruction=value)

    def setPromptName(self, value: str) -> Any:
        """Sets which of the folder's prompts is put before each text."""
        return self._set(promptName=value)


class TextTokenizer(_TextStage):
    """Adds the token ids of a text: struct<input_ids: array<int>, attention_mask: array<int>>.

    A null text has null tokens, an empty one [CLS] and [SEP].
    """

    @keyword_only
    def __init__(
        self,
        *,
        modelPath: Optional[str] = None,
        inputCol: Optional[str] = None,
        outputCol: Optional[str] = None,
        maxLength: Optional[int] = None,
        instruction: Optional[str] = None,
        promptName: Optional[str] = None,
    ) -> None:
        super().__init__()
        self._set_given(self._input_kwargs)

    @keyword_only
    def setParams(
        self,
        *,
        modelPath: Optional[str] = None,
        inputCol: Optional[str] = None,
        outputCol: Optional[str] = None,
        maxLength: Optional[int] = None,
        instruction: Optional[str] = None,
        promptName: Optional[str] = None,
    ) -> "TextTokenizer":
        """Sets those that are given."""
        return self._set_given(self._input_kwargs)


class TextEmbedder(_TextStage):
    """Adds the vector of a text, or of the tokens that TextTokenizer has made of it.

    A null text has a null vector, an empty one that of [CLS][SEP]. An executor holds one copy of a
    model, whatever the number of its tasks.
    """

    outputType = _text(
        "outputType", "type of outputCol: vector (Spark ML's) or array (of float)"
    )
    pooling = _text(
        "pooling",
        "how hidden states become a vector: cls, mean or last_token; not set: as the folder says, "
        "else cls",
    )
    normalize: "Param[bool]" = Param(
        Params._dummy(),
        "normalize",
        "whether vectors have length one; not set: as the folder says, else true",
        typeConverter=TypeConverters.toBoolean,
    )
    tokensPerBatch = _number(
        "tokensPerBatch",
        "most tokens of a batch, one text at least; a GPU computes one batch at a time, on CPUs each"
        " core of the executor has its own, of 2,048 tokens at most",
    )
    device = _text(
        "device",
        "where it is computed: auto (a GPU where Spark assigns one), cpu or cuda",
    )

    @keyword_only
    def __init__(
        self,
        *,
        modelPath: Optional[str] = None,
        inputCol: Optional[str] = None,
        outputCol: Optional[str] = None,
        outputType: str = "vector",
        pooling: Optional[str] = None,
        normalize: Optional[bool] = None,
        maxLength: Optional[int] = None,
        tokensPerBatch: int = 16384,
        instruction: Optional[str] = None,
        promptName: Optional[str] = None,
        device: str = "auto",
    ) -> None:
        super().__init__()
        self._setDefault(outputType="vector", tokensPerBatch=16384, device="auto")
        self._set_given(self._input_kwargs)

    @keyword_only
    def setParams(
        self,
        *,
        modelPath: Optional[str] = None,
        inputCol: Optional[str] = None,
        outputCol: Optional[str] = None,
        outputType: Optional[str] = None,
        pooling: Optional[str] = None,
        normalize: Optional[bool] = None,
        maxLength: Optional[int] = None,
        tokensPerBatch: Optional[int] = None,
        instruction: Optional[str] = None,
        promptName: Optional[str] = None,
        device: Optional[str] = None,
    ) -> "TextEmbedder":
        """Sets those that are given."""
        return self._set_given(self._input_kwargs)

    def setOutputType(self, value: str) -> "TextEmbedder":
        """Sets the type of the column that is added: vector or array."""
        return self._set(outputType=value)

    def setPooling(self, value: str) -> "TextEmbedder":
        """Sets how hidden states become a vector: cls, mean or last_token."""
        return self._set(pooling=value)

    def setNormalize(self, value: bool) -> "TextEmbedder":
        """Sets whether vectors have length one."""
        return self._set(normalize=value)

    def setTokensPerBatch(self, value: int) -> "TextEmbedder":
        """Sets the most tokens of a batch."""
        return self._set(tokensPerBatch=value)

    def setDevice(self, value: str) -> "TextEmbedder":
        """Sets where it is computed: auto, cpu or cuda."""
        return self._set(device=value)


# PySpark derives the name of a Java class from that of its Python class, and the other way round
# when it loads a pipeline. So the classes bear the names of the Java classes, and this module is to
# be found under that of the Java package, which cannot be a folder: `io` is a module of Python's.
for _stage in (TextTokenizer, TextEmbedder):
    _stage.__module__ = _JAVA_PACKAGE
sys.modules[_JAVA_PACKAGE] = sys.modules[__name__]
