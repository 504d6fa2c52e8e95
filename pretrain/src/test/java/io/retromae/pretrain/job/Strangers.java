package io.retromae.pretrain.job;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Connections to a process from somebody who does not belong to it; Linux says on which ports. */
final class Strangers {
  private static final String LISTENING = "0A";
  private static final int MEGABYTES = 1_024;

  private Strangers() {}

  /** The TCP ports on which a process listens. */
  static Set<Integer> ports(long pid) throws IOException {
    Set<String> sockets;
    try (Stream<Path> files = Files.list(Path.of("/proc/" + pid + "/fd"))) {
      sockets = files.map(Strangers::target).collect(Collectors.toSet());
    }
    Set<Integer> ports = new TreeSet<>();
    for (String table : new String[] {"tcp", "tcp6"}) {
      for (String line : Files.readAllLines(Path.of("/proc/net", table))) {
        String[] fields = line.trim().split("\\s+");
        if (fields[3].equals(LISTENING) && sockets.contains("socket:[" + fields[9] + "]")) {
          ports.add(Integer.parseInt(fields[1].substring(fields[1].indexOf(':') + 1), 16));
        }
      }
    }
    return ports;
  }

  private static String target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (IOException e) {
      return ""; // closed in the meantime
    }
  }

  /** Connects and leaves at once. */
  static void scan(int port, int times) {
    for (int i = 0; i < times; i++) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        socket.setTcpNoDelay(true);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Sends 1 GB; returns how many megabytes were taken before the connection was cut. */
  static int flood(int port) {
    int sent = 0;
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      byte[] megabyte = new byte[1 << 20];
      while (sent < MEGABYTES) {
        socket.getOutputStream().write(megabyte);
        sent++;
      }
    } catch (IOException e) {
      return sent;
    }
    return sent;
  }
}
