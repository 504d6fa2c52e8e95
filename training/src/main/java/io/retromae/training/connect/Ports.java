package io.retromae.training.connect;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The ports that may be listened on, where a firewall lets only some through.
 *
 * @param first the lowest, 1 to 65,535; 0 for whatever port the system finds free
 * @param last the highest
 */
public record Ports(int first, int last) {
  /** Whatever the system finds free. */
  public static final Ports ANY = new Ports(0, 0);

  /** Connections that the kernel holds while the acceptor is at its limit. */
  private static final int BACKLOG = 1_024;

  private static final int LAST_PORT = 65_535;
  private static final Pattern RANGE = Pattern.compile("(\\d{1,5})-(\\d{1,5})");

  /**
   * Reads {@code first-last}.
   *
   * @return empty if that is no range of ports
   */
  public static Optional<Ports> parse(String range) {
    Matcher parts = RANGE.matcher(range.strip());
    if (!parts.matches()) {
      return Optional.empty();
    }
    int first = Integer.parseInt(parts.group(1));
    int last = Integer.parseInt(parts.group(2));
    boolean valid = first >= 1 && first <= last && last <= LAST_PORT;
    return valid ? Optional.of(new Ports(first, last)) : Optional.empty();
  }

  /** How many there are; for {@link #ANY} as many as there can be. */
  public int count() {
    return first == 0 ? LAST_PORT : last - first + 1;
  }

  /**
   * Listens on one of them, on this address only. Those who share a host begin at different places
   * so that they seldom meet.
   *
   * @throws BindException if each is in use
   */
  public ServerSocketChannel listen(InetAddress address) throws IOException {
    int start = ThreadLocalRandom.current().nextInt(count());
    BindException refused = new BindException("no port to try");
    for (int i = 0; i < (first == 0 ? 1 : count()); i++) {
      int port = first == 0 ? 0 : first + (start + i) % count();
      ServerSocketChannel channel = ServerSocketChannel.open();
      try {
        return channel.bind(new InetSocketAddress(address, port), BACKLOG);
      } catch (BindException e) {
        channel.close();
        refused = e;
      }
    }
    BindException none =
        new BindException(
            "%s: none of the ports %d to %d is free: %s"
                .formatted(address.getHostAddress(), first, last, refused.getMessage()));
    none.initCause(refused);
    throw none;
  }
}
