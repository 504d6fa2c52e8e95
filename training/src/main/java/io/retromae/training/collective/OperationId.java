package io.retromae.training.collective;

/**
 * What a frame belongs to; the same on all ranks as long as they do the same.
 *
 * @param number number of the operation, from 1
 * @param kind what it does
 */
record OperationId(long number, Kind kind) {
  /** Operations by what they put on the wire; the ordinal is their number there. */
  enum Kind {
    /** {@link Collective#allReduceSum}. */
    ALL_REDUCE("all-reduce"),

    /** {@link Collective#reduceScatterSum}. */
    REDUCE_SCATTER("reduce-scatter"),

    /** {@link Collective#allGather(io.retromae.training.memory.VectorMemory)}. */
    ALL_GATHER("all-gather"),

    /** {@link Collective#broadcast}. */
    BROADCAST("broadcast"),

    /** {@link Collective#allGather(byte[])} and {@link Collective#barrier}. */
    MESSAGES("messages");

    private final String words;

    Kind(String words) {
      this.words = words;
    }

    /** The kind of that number, in words that may be read by people. */
    static String describe(int number) {
      return number >= 0 && number < values().length ? values()[number].words : "kind " + number;
    }
  }

  @Override
  public String toString() {
    return "operation %d (%s)".formatted(number, kind.words);
  }
}
