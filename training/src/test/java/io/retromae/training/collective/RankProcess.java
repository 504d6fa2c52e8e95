package io.retromae.training.collective;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;

/** A {@link RankMain} that can be talked to, stopped and killed. */
final class RankProcess implements AutoCloseable {
  private final Process process;
  private final BufferedReader output;
  private final PrintStream input;

  private RankProcess(Process process) {
    this.process = process;
    this.output = process.inputReader();
    this.input = new PrintStream(process.getOutputStream(), true);
  }

  static RankProcess start(int rank, long timeoutMillis) throws IOException {
    return new RankProcess(
        new ProcessBuilder(
                System.getProperty("java.home") + "/bin/java",
                "-Xmx64m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty(
                    "retromae.test.classpath", System.getProperty("java.class.path")),
                RankMain.class.getName(),
                Integer.toString(rank),
                Long.toString(timeoutMillis))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start());
  }

  void say(String line) {
    input.println(line);
  }

  /** Reads until a line begins so, and returns what follows on it. */
  String await(String beginning) throws IOException {
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      if (line.startsWith(beginning)) {
        return line.substring(beginning.length()).trim();
      }
    }
    throw new IOException("the process ended before it said " + beginning);
  }

  void kill() {
    process.destroyForcibly();
  }

  /** Runs a shell command in which {@code $pid} is this process. */
  void shell(String command) throws IOException, InterruptedException {
    String withPid = command.replace("$pid", Long.toString(process.pid()));
    new ProcessBuilder("sh", "-c", withPid).inheritIO().start().waitFor();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
