package io.retromae.training.connect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.EOFException;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A sender and a receiver, and between them somebody who owns the network. */
class AesGcmTransportTest {
  private static final String PAIR = "between rank 0 (a) and rank 1 (b)";
  private static final byte[] KEY =
      KeyDerivation.derive("one".getBytes(), "salt".getBytes(), "job", 1);
  private static final byte[] OTHER_KEY =
      KeyDerivation.derive("two".getBytes(), "salt".getBytes(), "job", 1);

  private final List<SocketChannel> channels = new ArrayList<>();

  @AfterEach
  void close() throws IOException {
    for (SocketChannel channel : channels) {
      channel.close();
    }
  }

  private SocketChannel[] pair() throws IOException {
    try (ServerSocketChannel listener = ServerSocketChannel.open()) {
      listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      SocketChannel[] ends = {SocketChannel.open(listener.getLocalAddress()), listener.accept()};
      channels.addAll(List.of(ends));
      return ends;
    }
  }

  /** The frames that these texts become. */
  private List<byte[]> frames(String... texts) throws IOException {
    SocketChannel[] ends = pair();
    Transport sender = new AesGcmTransport(ends[0], PAIR, KEY, OTHER_KEY);
    List<byte[]> frames = new ArrayList<>();
    for (String text : texts) {
      sender.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
      ByteBuffer frame = ByteBuffer.allocate(4 + text.length() + FrameCipher.TAG_BYTES);
      new PlainTransport(ends[1], PAIR).read(frame);
      frames.add(frame.array());
    }
    return frames;
  }

  /** What a receiver makes of bytes, after which the connection ends. */
  private String receive(byte[] receiveKey, int length, byte[]... frames) throws IOException {
    SocketChannel[] ends = pair();
    for (byte[] frame : frames) {
      ends[0].write(ByteBuffer.wrap(frame));
    }
    ends[0].close();
    ByteBuffer text = ByteBuffer.allocate(length);
    new AesGcmTransport(ends[1], PAIR, OTHER_KEY, receiveKey).read(text);
    return new String(text.array(), StandardCharsets.UTF_8);
  }

  private void assertRefused(String reason, byte[] receiveKey, byte[]... frames) {
    ProtocolException e =
        assertThrows(ProtocolException.class, () -> receive(receiveKey, 8, frames));
    assertTrue(e.getMessage().contains(reason), e.getMessage());
    assertTrue(e.getMessage().contains("rank 0 (a) and rank 1 (b)"), e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 17, 131_071, 131_072, 131_073, 1_000_000})
  void bytesArriveAsTheyWereSent(int size) throws Exception {
    SocketChannel[] ends = pair();
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    ByteBuffer direct = ByteBuffer.allocateDirect(size).put(bytes).flip();
    Transport sender = new AesGcmTransport(ends[0], PAIR, KEY, OTHER_KEY);
    Thread writing =
        new Thread(
            () -> {
              try {
                sender.write(direct);
                sender.write(ByteBuffer.wrap(bytes).asReadOnlyBuffer());
              } catch (IOException e) {
                sender.closeQuietly();
              }
            });
    writing.start();
    ByteBuffer first = ByteBuffer.allocateDirect(size);
    ByteBuffer second = ByteBuffer.allocate(size);

    Transport receiver = new AesGcmTransport(ends[1], PAIR, OTHER_KEY, KEY);
    receiver.read(first);
    receiver.read(second);

    writing.join();
    assertEquals(ByteBuffer.wrap(bytes), first.flip());
    assertEquals(ByteBuffer.wrap(bytes), second.flip());
    assertFalse(direct.hasRemaining());
  }

  @Test
  void theTextIsNotOnTheWire() throws IOException {
    byte[] frame = frames("a secret gradient").get(0);

    assertFalse(new String(frame, StandardCharsets.ISO_8859_1).contains("secret"));
  }

  @Test
  void equalTextsBecomeDifferentFrames() throws IOException {
    List<byte[]> frames = frames("same", "same");

    assertFalse(java.util.Arrays.equals(frames.get(0), frames.get(1)));
    assertEquals("samesame", receive(KEY, 8, frames.get(0), frames.get(1)));
  }

  @Test
  void everyChangedBitIsNoticed() throws IOException {
    byte[] frame = frames("12345678").get(0);

    for (int bit = 32; bit < 8 * frame.length; bit += 7) {
      byte[] changed = frame.clone();
      changed[bit / 8] ^= (byte) (1 << bit % 8);
      assertRefused("frame 1 is not what was sent", KEY, changed);
    }
  }

  @Test
  void aChangedLengthIsNoticed() throws IOException {
    byte[] shorter = frames("12345678").get(0);
    shorter[3]--;
    byte[] huge = frames("12345678").get(0);
    huge[0] = 0x7f;
    byte[] negative = frames("12345678").get(0);
    negative[0] = -1;

    assertRefused("is not what was sent", KEY, shorter);
    assertRefused("bytes (must be 1..131072)", KEY, huge);
    assertRefused("bytes (must be 1..131072)", KEY, negative);
  }

  @Test
  void framesOutOfOrderRepeatedOrLeftOutAreNoticed() throws IOException {
    List<byte[]> frames = frames("1234", "5678", "9abc");

    assertRefused("frame 1 is not", KEY, frames.get(1), frames.get(0));
    assertRefused("frame 2 is not", KEY, frames.get(0), frames.get(0));
    assertRefused("frame 2 is not", KEY, frames.get(0), frames.get(2));
  }

  @Test
  void framesOfAnotherConnectionOrDirectionAreNoticed() throws IOException {
    assertRefused("frame 1 is not", OTHER_KEY, frames("12345678").get(0));
  }

  @Test
  void aCutFrameIsTheEndOfTheConnectionAndNoForgery() throws IOException {
    byte[] frame = frames("12345678").get(0);

    assertEnds("cut after 2 of 4 bytes", java.util.Arrays.copyOf(frame, 2));
    assertEnds("cut after 5 of 24 bytes", java.util.Arrays.copyOf(frame, 9));
    assertEnds("connection closed", frame);
  }

  private void assertEnds(String how, byte[] bytes) {
    EOFException e = assertThrows(EOFException.class, () -> receive(KEY, 16, bytes));
    assertTrue(e.getMessage().contains(how), e.getMessage());
  }

  @Test
  void connectionsThatCarryLittleHoldLittleMemory() throws IOException {
    long before = directMemory();
    List<Transport> open = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      SocketChannel[] ends = pair();
      open.add(new AesGcmTransport(ends[0], PAIR, KEY, OTHER_KEY));
      open.add(new AesGcmTransport(ends[1], PAIR, OTHER_KEY, KEY));
    }
    for (int i = 0; i < open.size(); i += 2) {
      open.get(i).write(ByteBuffer.allocate(64));
      open.get(i + 1).read(ByteBuffer.allocate(64));
    }

    assertTrue(directMemory() - before < open.size() * 4_096L);
  }

  private static long directMemory() {
    return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
        .filter(pool -> pool.getName().equals("direct"))
        .mapToLong(BufferPoolMXBean::getMemoryUsed)
        .sum();
  }
}
