package io.retromae.training.pickle;

import java.io.EOFException;
import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Python's pickle machine (protocols 1 to 5, Lib/pickletools.py), restricted to what a dictionary
 * of tensors needs. Nothing that a pickle names is looked up or run: {@link TorchNames} makes
 * records of the handful of names it knows, and everything else is refused. Time and memory are
 * bounded by the number of operations, for values are shared and never copied.
 */
final class Unpickler {
  /** A dictionary of a thousand tensors takes some 50,000. */
  private static final int MAX_OPERATIONS = 2_000_000;

  /** PyTorch's magic number has 10. */
  private static final int MAX_INTEGER_BYTES = 16;

  /** Python's None. */
  enum None {
    NONE
  }

  /** A sequence that does not change. */
  record Tuple(List<Object> items) {}

  private final PickleInput in;
  private final TorchNames names = new TorchNames();
  private final Map<Long, Object> memo = new HashMap<>();
  private final ArrayList<ArrayList<Object>> marks = new ArrayList<>();
  private ArrayList<Object> stack = new ArrayList<>();

  Unpickler(PickleInput in) {
    this.in = in;
  }

  /** All storages that the pickle names, whole, by key. */
  Map<String, StorageRef> storages() {
    return names.storages();
  }

  /**
   * Reads one pickle; the input then stands behind it.
   *
   * @return text, whole number, {@code Double}, {@code Boolean}, {@link None}, {@link Tuple}, list,
   *     map, or what {@link TorchNames} makes
   * @throws PickleException if it is damaged, or asks for something else
   */
  Object read() throws IOException {
    try {
      for (int count = 0; count < MAX_OPERATIONS; count++) {
        int operation = in.unsignedByte();
        if (operation == '.') {
          return pop();
        }
        perform(operation);
      }
    } catch (EOFException e) {
      throw new PickleException("ends inside its pickle; copy the file again", e);
    } catch (ArithmeticException | IllegalArgumentException e) {
      throw new PickleException("describes " + e.getMessage(), e);
    }
    throw new PickleException("has more than %,d operations".formatted(MAX_OPERATIONS));
  }

  private void perform(int operation) throws IOException {
    switch (operation) {
      case 0x80 -> protocol(in.unsignedByte());
      case 0x95 -> in.signedLong(); // the length of a frame
      case '(' -> mark();
      case '0' -> pop();
      case '1' -> popMark();
      case '2' -> push(top());
      case 'N' -> push(None.NONE);
      case 0x88 -> push(true);
      case 0x89 -> push(false);
      case 'J' -> push((long) in.signedInt());
      case 'K' -> push((long) in.unsignedByte());
      case 'M' -> push((long) in.unsignedShort());
      case 'I', 'L' -> push(number(in.line()));
      case 0x8a -> push(integer(in.unsignedByte()));
      case 0x8b -> push(integer(in.unsignedInt()));
      case 'G' -> push(in.bigEndianDouble());
      case 'X', 'T' -> push(in.utf8(in.unsignedInt()));
      case 0x8c, 'U' -> push(in.utf8(in.unsignedByte()));
      case 0x8d -> push(in.utf8(in.signedLong()));
      case ')' -> push(new Tuple(List.of()));
      case 't' -> push(new Tuple(popMark()));
      case 0x85 -> push(new Tuple(popItems(1)));
      case 0x86 -> push(new Tuple(popItems(2)));
      case 0x87 -> push(new Tuple(popItems(3)));
      case ']' -> push(new ArrayList<>());
      case 'l' -> push(popMark());
      case 'a' -> appendAll(popItems(1));
      case 'e' -> appendAll(popMark());
      case '}' -> push(new LinkedHashMap<>());
      case 'd' -> push(setAll(new LinkedHashMap<>(), popMark()));
      case 's' -> setAll(popItems(2));
      case 'u' -> setAll(popMark());
      case 'q' -> memo.put((long) in.unsignedByte(), top());
      case 'r' -> memo.put(in.unsignedInt(), top());
      case 0x94 -> memo.put((long) memo.size(), top());
      case 'h' -> push(remembered(in.unsignedByte()));
      case 'j' -> push(remembered(in.unsignedInt()));
      case 'c' -> push(names.find(in.line(), in.line()));
      case 0x93 -> {
        List<Object> name = popItems(2);
        push(names.find(text(name.get(0)), text(name.get(1))));
      }
      case 'Q' -> push(names.storage(tuple(pop())));
      case 'R' -> {
        List<Object> call = popItems(2);
        push(names.call(call.get(0), tuple(call.get(1))));
      }
      case 'b' -> build();
      default ->
          throw new PickleException(
              "uses pickle operation 0x%02x, which no dictionary of tensors needs"
                  .formatted(operation));
    }
  }

  private static void protocol(int version) {
    if (version > 5) {
      throw new PickleException("is of pickle protocol %d; 1 to 5 are read".formatted(version));
    }
  }

  private void push(Object value) {
    stack.add(value);
  }

  private Object top() {
    if (stack.isEmpty()) {
      throw new PickleException("takes from an empty stack");
    }
    return stack.get(stack.size() - 1);
  }

  private Object pop() {
    Object top = top();
    stack.remove(stack.size() - 1);
    return top;
  }

  private List<Object> popItems(int count) {
    if (stack.size() < count) {
      throw new PickleException("takes from an empty stack");
    }
    List<Object> last = stack.subList(stack.size() - count, stack.size());
    List<Object> items = List.copyOf(last);
    last.clear();
    return items;
  }

  private void mark() {
    marks.add(stack);
    stack = new ArrayList<>();
  }

  private ArrayList<Object> popMark() {
    if (marks.isEmpty()) {
      throw new PickleException("goes back to a mark that it has not set");
    }
    ArrayList<Object> items = stack;
    stack = marks.remove(marks.size() - 1);
    return items;
  }

  private Object remembered(long number) {
    return Optional.ofNullable(memo.get(number))
        .orElseThrow(() -> new PickleException("asks for value %d before it".formatted(number)));
  }

  @SuppressWarnings("unchecked") // all lists are made here
  private void appendAll(List<Object> items) {
    if (!(top() instanceof ArrayList<?> list)) {
      throw new PickleException("appends to what is no list");
    }
    ((ArrayList<Object>) list).addAll(items);
  }

  @SuppressWarnings("unchecked") // all maps are made here
  private void setAll(List<Object> keysAndValues) {
    if (!(top() instanceof LinkedHashMap<?, ?> map)) {
      throw new PickleException("sets a value of what is no dictionary");
    }
    setAll((LinkedHashMap<Object, Object>) map, keysAndValues);
  }

  static LinkedHashMap<Object, Object> setAll(
      LinkedHashMap<Object, Object> map, List<Object> keysAndValues) {
    if (keysAndValues.size() % 2 != 0) {
      throw new PickleException("has a key without a value");
    }
    for (int i = 0; i < keysAndValues.size(); i += 2) {
      Object key = keysAndValues.get(i);
      if (!(key instanceof String || key instanceof Long)) { // others may nest without an end
        throw new PickleException("has a key that is neither text nor a number");
      }
      map.put(key, keysAndValues.get(i + 1));
    }
    return map;
  }

  /** An ordered dictionary may have attributes, the versions of modules: nobody needs them. */
  private void build() {
    pop();
    if (!(top() instanceof LinkedHashMap<?, ?>)) {
      throw new PickleException("gives attributes to what is no ordered dictionary");
    }
  }

  private Object integer(long bytes) throws IOException {
    if (bytes > MAX_INTEGER_BYTES) {
      throw new PickleException("has a number of %,d bytes".formatted(bytes));
    }
    byte[] little = in.bytes(bytes);
    byte[] big = new byte[little.length + 1];
    for (int i = 0; i < little.length; i++) {
      big[little.length - i] = little[i];
    }
    boolean negative = little.length > 0 && little[little.length - 1] < 0;
    big[0] = (byte) (negative ? -1 : 0);
    return small(new BigInteger(big));
  }

  private static Object number(String line) {
    String digits = line.endsWith("L") ? line.substring(0, line.length() - 1) : line;
    if (line.equals("00") || line.equals("01")) { // False and True of protocol 1
      return line.equals("01");
    }
    if (!digits.matches("-?\\d{1,38}")) {
      throw new PickleException("has a number that is none");
    }
    return small(new BigInteger(digits));
  }

  private static Object small(BigInteger number) {
    return number.bitLength() < Long.SIZE ? (Object) number.longValue() : number;
  }

  static String text(Object value) {
    if (value instanceof String text) {
      return text;
    }
    throw new PickleException("has something else where a text belongs");
  }

  static List<Object> tuple(Object value) {
    if (value instanceof Tuple tuple) {
      return tuple.items();
    }
    throw new PickleException("has something else where a tuple belongs");
  }
}
