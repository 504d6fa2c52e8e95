package io.retromae.cluster.s3;

import java.util.List;
import java.util.Locale;

/**
 * A request as a front sees it.
 *
 * @param method such as GET
 * @param path with the bucket
 * @param query without the question mark, may be empty
 * @param head all lines, with the blank one behind them
 */
record Request(String method, String path, String query, String head) {
  static Request of(String head) {
    String[] line = head.substring(0, head.indexOf("\r\n")).split(" ");
    int question = line[1].indexOf('?');
    return new Request(
        line[0],
        question < 0 ? line[1] : line[1].substring(0, question),
        question < 0 ? "" : line[1].substring(question + 1),
        head);
  }

  boolean readsObject() {
    return method.equals("GET") && query.isEmpty();
  }

  boolean writes() {
    return method.equals("PUT") && Headers.length(head) > 0;
  }

  boolean writesPart() {
    return writes() && query.contains("partNumber=");
  }

  boolean completes() {
    return method.equals("POST") && query.contains("uploadId=");
  }

  /** Whether it is of those that make up a rename, or a deletion. */
  boolean moves() {
    return List.of("COPY", "DELETE", "DELETE MANY").contains(kind());
  }

  /** Its kind, as a bill has it. */
  String kind() {
    if (method.equals("GET") && !readsObject()) {
      return "LIST";
    }
    if (writesPart()) {
      return "PART";
    }
    if (method.equals("POST")) {
      return query.contains("uploads") ? "UPLOAD" : completes() ? "COMPLETE" : "DELETE MANY";
    }
    return head.toLowerCase(Locale.ROOT).contains("\r\nx-amz-copy-source:") ? "COPY" : method;
  }
}
