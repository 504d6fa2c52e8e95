package io.retromae.etl.dedup;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.roaringbitmap.RoaringBitmap;

/**
 * What {@link NearDuplicates} does, for a corpus whose small rows fit in one task: the same
 * decisions without the start-up costs of some thirty passes on a cluster. Texts of candidates are
 * read back a bounded part at a time.
 */
final class OneTaskDuplicates {
  /** Shingles in memory at once. */
  private static final long SHINGLES = 8_000_000;

  private static final Comparator<DocumentRow> BY_ID =
      ((Comparator<DocumentRow>) (a, b) -> Long.compareUnsigned(a.idHigh(), b.idHigh()))
          .thenComparing((a, b) -> Long.compareUnsigned(a.idLow(), b.idLow()))
          .thenComparingLong(DocumentRow::place);

  /** As bands are walked along: the lower half of the id does not count there. */
  private static final Comparator<DocumentRow> IN_BUCKETS =
      ((Comparator<DocumentRow>) (a, b) -> Long.compareUnsigned(a.idHigh(), b.idHigh()))
          .thenComparingLong(DocumentRow::place);

  private final DedupPlan plan;
  private final ShingleReader reader;
  private final Map<Integer, RoaringBitmap> exact = new HashMap<>();
  private final Map<Integer, RoaringBitmap> near = new HashMap<>();
  private final List<DedupStatistics.LargeBucket> largeBuckets = new ArrayList<>();
  private long exactGroups;

  OneTaskDuplicates(DedupPlan plan, ShingleReader reader) {
    this.plan = plan;
    this.reader = reader;
  }

  /** An edge between places. */
  private record Edge(long a, long b) implements Comparable<Edge> {
    @Override
    public int compareTo(Edge other) {
      int byA = Long.compare(a, other.a);
      return byA != 0 ? byA : Long.compare(b, other.b);
    }
  }

  /** Decides about every document and has the decisions written. */
  DedupStatistics run(List<DocumentRow> documents, DropWriter writer) {
    List<DocumentRow> distinct = plan.settings().exact() ? distinct(documents) : documents;
    boolean wanted = plan.settings().minhash().enabled();
    TreeSet<Edge> candidates = wanted ? candidates(distinct) : new TreeSet<>();
    List<Edge> verified = verified(candidates, distinct);
    List<List<DocumentRow>> clusters = clusters(verified, distinct);
    for (List<DocumentRow> cluster : clusters) {
      cluster.subList(1, cluster.size()).forEach(document -> drop(near, document));
    }
    for (int unit = 0; unit < plan.units(); unit++) {
      writer.write(unit, list(exact, unit), list(near, unit));
    }
    return statistics(documents.size(), candidates.size(), verified.size(), clusters);
  }

  private static void drop(Map<Integer, RoaringBitmap> lists, DocumentRow document) {
    int unit = DocumentRow.unit(document.place());
    lists.computeIfAbsent(unit, u -> new RoaringBitmap()).add(DocumentRow.row(document.place()));
  }

  private static RoaringBitmap list(Map<Integer, RoaringBitmap> lists, int unit) {
    return lists.getOrDefault(unit, new RoaringBitmap());
  }

  /** The document of smallest id of each fingerprint; drops the others. */
  private List<DocumentRow> distinct(List<DocumentRow> documents) {
    List<DocumentRow> sorted = new ArrayList<>(documents);
    sorted.sort(BY_ID);
    Map<Fingerprint, Integer> seen = new HashMap<>();
    List<DocumentRow> first = new ArrayList<>();
    for (DocumentRow document : sorted) {
      Fingerprint print = new Fingerprint(document.fingerprintHigh(), document.fingerprintLow());
      int before = seen.merge(print, 1, Integer::sum) - 1;
      exactGroups += before == 1 ? 1 : 0;
      if (before == 0) {
        first.add(document);
      } else {
        drop(exact, document);
      }
    }
    return first;
  }

  /** Pairs that share a band, a band after the other. */
  private TreeSet<Edge> candidates(List<DocumentRow> documents) {
    TreeSet<Edge> edges = new TreeSet<>();
    List<DocumentRow> signed = new ArrayList<>();
    documents.stream().filter(document -> document.bands().length > 0).forEach(signed::add);
    for (int band = 0; band < plan.settings().minhash().bands(); band++) {
      int column = band;
      Comparator<DocumentRow> byBand = Comparator.comparingLong(row -> row.bands()[column]);
      signed.sort(byBand.thenComparing(IN_BUCKETS));
      BucketEdges walk = new BucketEdges(plan.settings().minhash().maxBucket());
      BucketEdges.Sink sink = (members, a, b) -> add(members, a, b, edges);
      signed.forEach(document -> walk.add(document.bands()[column], document.place(), sink));
      walk.end(sink);
    }
    return edges;
  }

  private void add(long members, long a, long b, TreeSet<Edge> edges) {
    if (members == 0) {
      edges.add(new Edge(a, b));
    } else {
      largeBuckets.add(new DedupStatistics.LargeBucket(members, a));
    }
  }

  private List<Edge> verified(TreeSet<Edge> candidates, List<DocumentRow> documents) {
    double smallest = plan.settings().minhash().verifyJaccard();
    List<Edge> all = new ArrayList<>(candidates);
    if (smallest == 0) {
      return all;
    }
    Map<Long, Long> sizes = new HashMap<>();
    int most = plan.settings().minhash().verifySketch();
    documents.forEach(row -> sizes.put(row.place(), (long) Math.min(most, row.length())));
    List<Edge> verified = new ArrayList<>();
    for (int start = 0; start < all.size(); ) {
      int end = part(all, start, sizes);
      List<Edge> part = all.subList(start, end);
      Map<Long, ShingleSet> shingles = shingles(part);
      for (Edge edge : part) {
        if (shingles.get(edge.a()).jaccard(shingles.get(edge.b())) >= smallest) {
          verified.add(edge);
        }
      }
      start = end;
    }
    return verified;
  }

  /** The end of as many edges as fit in memory, at least one. */
  private static int part(List<Edge> edges, int start, Map<Long, Long> sizes) {
    long held = 0;
    TreeSet<Long> places = new TreeSet<>();
    int end = start;
    while (end < edges.size() && (held < SHINGLES || end == start)) {
      Edge edge = edges.get(end++);
      held += places.add(edge.a()) ? sizes.get(edge.a()) : 0;
      held += places.add(edge.b()) ? sizes.get(edge.b()) : 0;
    }
    return end;
  }

  private Map<Long, ShingleSet> shingles(List<Edge> edges) {
    SortedMap<Integer, RoaringBitmap> wanted = new TreeMap<>();
    for (Edge edge : edges) {
      for (long place : new long[] {edge.a(), edge.b()}) {
        int unit = DocumentRow.unit(place);
        wanted.computeIfAbsent(unit, u -> new RoaringBitmap()).add(DocumentRow.row(place));
      }
    }
    Map<Long, ShingleSet> shingles = new HashMap<>();
    wanted.forEach(
        (unit, rows) -> {
          Iterator<ShingleReader.Candidate> read = reader.read(unit, rows);
          read.forEachRemaining(found -> shingles.put(found.place(), found.shingles()));
        });
    return shingles;
  }

  /** Members of each component, the one that is kept first: the longest, of smallest id. */
  private static List<List<DocumentRow>> clusters(List<Edge> edges, List<DocumentRow> documents) {
    UnionFind components = new UnionFind();
    edges.forEach(edge -> components.union(edge.a(), edge.b()));
    Map<Long, Long> roots = new HashMap<>();
    for (int i = 0; i < components.count(); i++) {
      roots.put(components.node(i), components.root(i));
    }
    List<DocumentRow> members = new ArrayList<>();
    documents.stream().filter(row -> roots.containsKey(row.place())).forEach(members::add);
    members.sort(Comparator.comparingInt((DocumentRow row) -> -row.length()).thenComparing(BY_ID));
    Map<Long, List<DocumentRow>> byRoot = new LinkedHashMap<>();
    for (DocumentRow member : members) {
      byRoot.computeIfAbsent(roots.get(member.place()), r -> new ArrayList<>()).add(member);
    }
    return new ArrayList<>(byRoot.values());
  }

  private DedupStatistics statistics(
      long documents, long candidates, long verified, List<List<DocumentRow>> clusters) {
    SortedMap<Long, Long> sizes = new TreeMap<>();
    clusters.forEach(c -> sizes.merge((long) Integer.highestOneBit(c.size()), 1L, Long::sum));
    List<List<DocumentRow>> biggest = new ArrayList<>(clusters);
    biggest.sort(
        Comparator.comparingInt((List<DocumentRow> cluster) -> -cluster.size())
            .thenComparingLong(cluster -> cluster.get(0).place()));
    largeBuckets.sort(
        Comparator.comparingLong((DedupStatistics.LargeBucket bucket) -> -bucket.documents())
            .thenComparingLong(DedupStatistics.LargeBucket::place));
    return new DedupStatistics(
        documents,
        exactGroups,
        dropped(exact),
        dropped(near),
        candidates,
        verified,
        largeBuckets.size(),
        List.copyOf(largeBuckets.subList(0, Math.min(DedupStatistics.LISTED, largeBuckets.size()))),
        sizes,
        biggest.stream().limit(DedupStatistics.LISTED).map(OneTaskDuplicates::summary).toList());
  }

  private static DedupStatistics.Cluster summary(List<DocumentRow> cluster) {
    return new DedupStatistics.Cluster(
        cluster.size(), cluster.stream().limit(Clusters.NAMED).map(DocumentRow::place).toList());
  }

  private static long dropped(Map<Integer, RoaringBitmap> lists) {
    return lists.values().stream().mapToLong(RoaringBitmap::getLongCardinality).sum();
  }
}
