package io.retromae.core.shard;

import java.util.Set;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;

/** The Parquet schema of a shard; see docs/shard-format.md. */
final class ShardSchema {
  static final String TOKEN_IDS = "token_ids";
  static final String SOURCE = "source";
  static final String DOCUMENT_ID = "document_id";
  static final String BLOCK = "block";

  static final MessageType SAMPLE =
      MessageTypeParser.parseMessageType(
          """
          message sample {
            required group token_ids (LIST) { repeated group list { required int32 element; } }
            required binary source (STRING);
            required binary document_id (STRING);
            required int32 block;
          }
          """);

  /** Columns whose values repeat: ids of a vocabulary, sources, few documents in many samples. */
  static final Set<String> DICTIONARIES =
      Set.of(TOKEN_IDS + ".list.element", SOURCE, DOCUMENT_ID, BLOCK);

  private ShardSchema() {}
}
