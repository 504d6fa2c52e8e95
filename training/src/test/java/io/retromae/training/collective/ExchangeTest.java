package io.retromae.training.collective;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.retromae.training.connect.Transport;
import io.retromae.training.memory.HostVector;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExchangeTest {
  private static final OperationId STAMP = new OperationId(1, OperationId.Kind.ALL_REDUCE);

  private static DataConnection link(Transport transport, Activity activity) {
    return new DataConnection(transport, "a pair", 7, activity);
  }

  @ParameterizedTest(name = "{0} values")
  @ValueSource(ints = {1, 100_000})
  void aSendThatBreaksIsHeldAgainstThePeerThatItWentTo(int size) {
    List<Integer> blamed = new CopyOnWriteArrayList<>();
    Activity activity = new Activity();
    DataConnection[][] links = {
      {}, {link(FakeTransport.broken(), activity)}, {link(FakeTransport.silent(), activity)}
    };
    Exchange exchange = new Exchange(links, 1, activity, (peer, effect) -> blamed.add(peer));
    activity.await(2);

    assertThrows(
        IOException.class,
        () -> {
          Span values = Span.whole(HostVector.allocate(size));
          exchange.send(1, STAMP, values, CollectiveOptions.WireType.FLOAT32);
          exchange.finish();
        });

    exchange.close();
    assertEquals(List.of(1), blamed);
  }
}
