package io.retromae.finetune.mine;

import io.retromae.embed.job.EncodingMemory;
import io.retromae.embed.job.EncodingWork;
import io.retromae.finetune.data.Instructions;
import java.util.List;
import java.util.Map;

/** Where the vectors of queries and documents come from. */
sealed interface VectorSource permits ModelVectors, RecordedVectors {
  /** What the report names. */
  String name();

  /** Qualified folders that are read. */
  List<String> folders();

  /** What comes before texts; nothing where vectors are recorded. */
  Instructions instructions();

  /** Content of the encoder or of the recorded vectors, wherever they lie. */
  String fingerprint();

  /** What the vectors depend on beside texts and settings, by name. */
  Map<String, String> identity();

  /** Start-up lines. */
  List<String> describe();

  /** Values of a vector. */
  int width();

  /** Memory of an executor. */
  EncodingMemory memory();

  /** What is to be computed for some texts. */
  EncodingWork work(MiningTexts texts);
}
