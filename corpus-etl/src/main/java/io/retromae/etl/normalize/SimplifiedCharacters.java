package io.retromae.etl.normalize;

import io.retromae.etl.text.ShippedTable;

/**
 * Traditional Chinese characters that always become the same simplified one, whatever stands beside
 * them; characters whose simplification depends on the word stay. The resource file says where the
 * pairs come from.
 */
public final class SimplifiedCharacters {
  private static final String RESOURCE = "traditional-to-simplified.txt";

  private SimplifiedCharacters() {}

  /** The simplified character by traditional one; 0 for all others. */
  public static char[] table() {
    char[] table = new char[Character.MAX_VALUE + 1];
    for (String pairs : ShippedTable.lines(SimplifiedCharacters.class, RESOURCE)) {
      for (int i = 0; i + 1 < pairs.length(); i += 2) {
        table[pairs.charAt(i)] = pairs.charAt(i + 1);
      }
    }
    return table;
  }
}
