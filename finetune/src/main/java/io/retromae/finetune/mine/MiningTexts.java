package io.retromae.finetune.mine;

import io.retromae.core.hash.Sha256;
import io.retromae.core.hash.SplitMix64;
import io.retromae.core.storage.Storage;
import io.retromae.embed.source.InputFile;
import io.retromae.embed.source.InputUnit;
import io.retromae.finetune.data.Instructions;
import io.retromae.finetune.data.LineCounts;
import io.retromae.finetune.data.PairFile;
import io.retromae.finetune.data.PairLine;
import io.retromae.finetune.data.PassageCorpus;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * What the inputs hold, by number: documents, queries and their positives, in the order in which
 * they first come. Texts themselves are not kept: they are read a second time when they are written
 * for the executors. Takes some 40 bytes a document and 200 a query.
 */
final class MiningTexts {
  private final List<InputFile> files;
  private final List<InputUnit> pool;
  private final Instructions instructions;
  private final PairFile pairs;
  private final Storage storage;
  private final PairFile.BadRecords badRecords;

  private final TextNumbers documents = new TextNumbers();
  private final TextNumbers others = new TextNumbers();
  private final TextNumbers queries = new TextNumbers();
  private final List<QueryEntry> entries = new ArrayList<>();

  /** Queries without their instructions, and the first entry of each. */
  private final TextNumbers bare = new TextNumbers();

  private final List<QueryEntry> firstOfBare = new ArrayList<>();
  private final List<int[]> lines = new ArrayList<>();
  private final LineCounts counts = new LineCounts();
  private final MessageDigest digest = Sha256.newDigest();
  private final String fingerprint;
  private long documentBytes;
  private long queryBytes;

  /** Takes texts that come for the first time, with their ids: of row or line, else numbers. */
  interface Receiver {
    /** Takes the next document. */
    void document(String id, String text) throws IOException;

    /** Takes the next positive that is not among the documents. */
    void other(String id, String text) throws IOException;

    /** Takes the next query, its instruction before it. */
    void query(String id, String text) throws IOException;
  }

  /**
   * Reads all inputs once.
   *
   * @param files of pairs
   * @param pool documents; none for the passages of the pairs
   * @throws io.retromae.core.failure.CorruptDataException if bad lines are to fail and there are
   *     some
   */
  MiningTexts(
      Storage storage,
      List<InputFile> files,
      List<InputUnit> pool,
      MiningConfig config,
      Instructions instructions)
      throws IOException {
    this.storage = storage;
    this.files = List.copyOf(files);
    this.pool = List.copyOf(pool);
    this.instructions = instructions;
    this.badRecords = config.badRecords();
    this.pairs =
        new PairFile(
            storage,
            MiningPlan.reading(config)
                .withCorpus(PassageCorpus.shared(storage, "corpus", config.corpus())),
            MiningPlan.BAD_RECORDS);
    new Walk(counted(), counts).all();
    this.fingerprint = Sha256.hex(digest);
  }

  private Receiver counted() {
    return new Receiver() {
      @Override
      public void document(String id, String text) {
        documentBytes += digested(text);
      }

      @Override
      public void other(String id, String text) {
        documentBytes += digested(text);
      }

      @Override
      public void query(String id, String text) {
        queryBytes += digested(text);
      }
    };
  }

  private int digested(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    digest.update(bytes);
    digest.update((byte) 0xFF); // in no text
    return bytes.length;
  }

  /** Reads all inputs again; gives the texts in the order of their numbers. */
  void forEach(Receiver receiver) throws IOException {
    new Walk(receiver, new LineCounts()).all();
  }

  /** One way through all inputs. Numbers are given at the first and found again later. */
  private final class Walk {
    private final Receiver receiver;
    private final LineCounts counts;
    private int nextDocument;
    private int nextOther;
    private int nextQuery;

    Walk(Receiver receiver, LineCounts counts) {
      this.receiver = receiver;
      this.counts = counts;
    }

    void all() throws IOException {
      for (InputUnit unit : pool) {
        PoolRows.read(storage, unit, badRecords, counts, this::document);
      }
      for (int file = 0; file < files.size(); file++) {
        file(file);
      }
    }

    private void file(int number) throws IOException {
      boolean first = lines.size() == number;
      int[][] found = {first ? new int[64] : lines.get(number)};
      int[] count = {0};
      pairs.readRecords(
          files.get(number).path(),
          counts,
          (record, fields, line) -> {
            int query = line(line, files.get(number).madeId(record));
            if (first) {
              if (count[0] == found[0].length) {
                found[0] = Arrays.copyOf(found[0], 2 * count[0]);
              }
              found[0][count[0]] = query;
            }
            count[0]++;
          });
      if (first) {
        lines.add(Arrays.copyOf(found[0], count[0]));
      }
    }

    /** Takes a line; the number of its query. */
    private int line(PairLine line, String id) throws IOException {
      String text = instructions.ofQuery(line);
      int number = queries.add(queries.key(text + "\0" + line.query()));
      if (number == nextQuery) {
        receiver.query(id, text);
        nextQuery++;
        if (number == entries.size()) {
          entries.add(entry(line.query()));
        }
      }
      for (String positive : line.positives()) {
        entries.get(number).add(positive(positive), SplitMix64.hash(positive));
      }
      for (String negative : line.negatives()) {
        if (pool.isEmpty()) {
          document("", negative);
        }
      }
      return number;
    }

    private QueryEntry entry(String query) {
      QueryEntry entry = new QueryEntry(query, bare.key(query));
      int same = bare.add(entry.text());
      if (same < firstOfBare.size()) {
        entry.join(firstOfBare.get(same));
      } else {
        firstOfBare.add(entry);
      }
      return entry;
    }

    private int positive(String text) throws IOException {
      if (pool.isEmpty()) {
        return document("", text);
      }
      TextNumbers.Key key = documents.key(text);
      int document = documents.find(key);
      if (document >= 0) {
        return document;
      }
      int number = others.add(key);
      if (number == nextOther) {
        receiver.other(Integer.toString(number), text);
        nextOther++;
      }
      return Math.addExact(documents.size(), number);
    }

    private int document(String id, String text) throws IOException {
      int number = documents.add(documents.key(text));
      if (number == nextDocument) {
        receiver.document(id.isEmpty() ? Integer.toString(number) : id, text);
        nextDocument++;
      }
      return number;
    }
  }

  /** Tells apart all texts, which are whose positives, and lines' queries: hexadecimal. */
  String fingerprint() {
    MessageDigest all = Sha256.newDigest();
    all.update(fingerprint.getBytes(StandardCharsets.UTF_8));
    for (QueryEntry entry : entries) {
      ByteBuffer numbers = ByteBuffer.allocate(Integer.BYTES * (1 + entry.positives().length));
      numbers.putInt(entry.positives().length);
      Arrays.stream(entry.positives()).forEach(numbers::putInt);
      all.update(numbers.array());
    }
    for (int[] queriesOfLines : lines) {
      ByteBuffer numbers = ByteBuffer.allocate(Integer.BYTES * (1 + queriesOfLines.length));
      numbers.putInt(queriesOfLines.length);
      Arrays.stream(queriesOfLines).forEach(numbers::putInt);
      all.update(numbers.array());
    }
    return Sha256.hex(all);
  }

  /** Different documents that are searched. */
  int documents() {
    return documents.size();
  }

  /** Different positives that are not among them. */
  int others() {
    return others.size();
  }

  /** Different queries. */
  int queries() {
    return entries.size();
  }

  /** A query by its number. */
  QueryEntry query(int number) {
    return entries.get(number);
  }

  /** Numbers of all positives; see {@link QueryEntry}. */
  BitSet positives() {
    BitSet positives = new BitSet(documents() + others());
    entries.forEach(entry -> Arrays.stream(entry.positives()).forEach(positives::set));
    return positives;
  }

  /** Number of the document that has a query's text; -1 if there is none. */
  int own(QueryEntry query) {
    return documents.find(query.text());
  }

  /** For each usable line of a file, the number of its query; not to be changed. */
  int[] lines(int file) {
    return lines.get(file);
  }

  /** What was done with lines. */
  LineCounts counts() {
    return counts;
  }

  /** UTF-8 bytes of documents and other positives. */
  long documentBytes() {
    return documentBytes;
  }

  /** UTF-8 bytes of queries, instructions included. */
  long queryBytes() {
    return queryBytes;
  }
}
