package io.retromae.etl.text;

/**
 * Shannon entropy of a stream of hashes (Shannon 1948, A Mathematical Theory of Communication,
 * section 6: H = -sum p log p). With p = c / n, in bits: log2(n) - sum(c log2 c) / n over the
 * counts c of the different ones. The sum is kept up to date, so the order of a hash table plays no
 * part.
 */
public final class Entropy {
  private static final double[] STEPS = steps(4096);

  private final HashCounts counts = new HashCounts();
  private long total;
  private double sum;

  /** Counts one more. */
  public void add(long hash) {
    int count = counts.count(counts.add(hash, 0));
    sum += count < STEPS.length ? STEPS[count] : step(count);
    total++;
  }

  /** In bits; 0 for an empty stream. */
  public double bits() {
    return total == 0 ? 0 : log2(total) - sum / total;
  }

  /** What c log2 c grows by when a count reaches c. */
  private static double step(int c) {
    return c * log2(c) - (c == 1 ? 0 : (c - 1) * log2(c - 1));
  }

  private static double[] steps(int size) {
    double[] steps = new double[size];
    for (int c = 1; c < size; c++) {
      steps[c] = step(c);
    }
    return steps;
  }

  /** Equal on all machines. */
  private static double log2(double x) {
    return StrictMath.log(x) / StrictMath.log(2);
  }
}
