package io.retromae.submit;

import java.util.concurrent.Callable;
import picocli.CommandLine;

/** Gives commands the console they speak to. */
final class Factory implements CommandLine.IFactory {
  private final Console console;
  private final CommandLine.IFactory standard = CommandLine.defaultFactory();

  Factory(Console console) {
    this.console = console;
  }

  @Override
  public <T> T create(Class<T> type) throws Exception {
    if (Callable.class.isAssignableFrom(type) && type.getPackage() == Main.class.getPackage()) {
      return type.getDeclaredConstructor(Console.class).newInstance(console);
    }
    return standard.create(type);
  }
}
