import com.sun.management.OperatingSystemMXBean;
import io.retromae.core.storage.Storage;
import io.retromae.embed.search.BlockSearch;
import io.retromae.embed.search.Similarity;
import io.retromae.embed.search.TopK;
import io.retromae.embed.vector.VectorBlock;
import io.retromae.embed.vector.VectorColumns;
import io.retromae.embed.vector.VectorFiles;
import io.retromae.embed.vector.VectorReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/**
 * Seconds that exact search takes. Arguments: files of documents and queries, k, threads, rounds, and
 * either {@code memory}, where vectors are read before the clock starts, or {@code streamed}, where
 * documents are read from the file for each block of queries. Writes the numbers found, if a file
 * for them is named. Prints a JSON line. See bench/search_vs_faiss.py.
 */
final class SearchSpeed {
  private SearchSpeed() {}

  public static void main(String[] args) throws IOException {
    int k = Integer.parseInt(args[2]);
    int threads = Integer.parseInt(args[3]);
    int rounds = Integer.parseInt(args[4]);
    boolean streamed = args[5].equals("streamed");
    Storage storage = new Storage(new Configuration(false));
    VectorFiles documents = VectorFiles.open(storage, args[0], VectorColumns.DEFAULT);
    VectorFiles queries = VectorFiles.open(storage, args[1], VectorColumns.DEFAULT);
    List<VectorBlock> kept = streamed ? List.of() : blocks(documents);
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    double seconds = Double.MAX_VALUE;
    double cpuSeconds = Double.MAX_VALUE;
    List<TopK> found = List.of();
    for (int round = 0; round < rounds; round++) {
      long start = System.nanoTime();
      long cpuStart = system.getProcessCpuTime();
      found = search(documents, kept, queries, k, threads);
      seconds = Math.min(seconds, (System.nanoTime() - start) / 1e9);
      cpuSeconds = Math.min(cpuSeconds, (system.getProcessCpuTime() - cpuStart) / 1e9);
    }
    if (args.length > 6) {
      write(found, Path.of(args[6]));
    }
    System.out.printf(
        Locale.ROOT,
        "{\"seconds\": %.3f, \"cpu_seconds\": %.3f, \"peak_rss_mb\": %d}%n",
        seconds,
        cpuSeconds,
        peakMegabytes());
  }

  private static List<TopK> search(
      VectorFiles documents, List<VectorBlock> kept, VectorFiles queries, int k, int threads)
      throws IOException {
    List<TopK> found = new ArrayList<>();
    int most = BlockSearch.queriesAtOnce(k);
    long firstQuery = 0;
    for (VectorBlock all : blocks(queries)) {
      for (int from = 0; from < all.size(); from += most) {
        VectorBlock some = all.part(from, Math.min(all.size(), from + most));
        try (BlockSearch search =
            new BlockSearch(some, firstQuery, k, Similarity.DOT, threads)) {
          if (kept.isEmpty()) {
            stream(documents, search);
          } else {
            long first = 0;
            for (VectorBlock block : kept) {
              search.add(block, first);
              first += block.size();
            }
          }
          found.add(search.result());
        }
        firstQuery += some.size();
      }
    }
    return found;
  }

  private static void stream(VectorFiles documents, BlockSearch search) throws IOException {
    long first = 0;
    try (VectorReader reader = documents.read()) {
      for (Optional<VectorBlock> block = reader.next(); block.isPresent(); block = reader.next()) {
        search.add(block.get(), first);
        first += block.get().size();
      }
    }
  }

  private static List<VectorBlock> blocks(VectorFiles files) throws IOException {
    List<VectorBlock> blocks = new ArrayList<>();
    try (VectorReader reader = files.read()) {
      for (Optional<VectorBlock> block = reader.next(); block.isPresent(); block = reader.next()) {
        blocks.add(block.get());
      }
    }
    return blocks;
  }

  /** int32 numbers, query after query, little-endian. */
  private static void write(List<TopK> found, Path file) throws IOException {
    try (var out = Files.newByteChannel(file, java.util.EnumSet.of(
        java.nio.file.StandardOpenOption.CREATE, java.nio.file.StandardOpenOption.WRITE))) {
      for (TopK some : found) {
        for (int query = 0; query < some.queries(); query++) {
          ByteBuffer row =
              ByteBuffer.allocate(4 * some.size(query)).order(ByteOrder.LITTLE_ENDIAN);
          for (int rank = 0; rank < some.size(query); rank++) {
            row.putInt((int) some.number(query, rank));
          }
          out.write(row.flip());
        }
      }
    }
  }

  private static long peakMegabytes() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
        .findFirst()
        .orElse(0);
  }
}
