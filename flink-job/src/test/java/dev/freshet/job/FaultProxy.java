package dev.freshet.job;

import dev.freshet.job.FaultDice.Fault;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Stands between HTTP clients and an S3 server on this machine: counts the requests, and harms some
 * of them, as a seed says.
 *
 * <p>Requests are read, as the faults are theirs; responses pass as they are.
 */
final class FaultProxy implements AutoCloseable {

  /**
   * Shares of requests that are harmed.
   *
   * @param denied answered with 403 AccessDenied, and not passed on
   * @param slowDown answered with 503 SlowDown, and not passed on
   * @param dropped cut off before the server has seen them
   * @param lost done by the server, whose answer never arrives
   * @param longestDelayMillis before any other is passed on
   */
  record Faults(
      double denied, double slowDown, double dropped, double lost, int longestDelayMillis) {
    static final Faults NONE = new Faults(0, 0, 0, 0, 0);
    static final Faults DENIED = new Faults(1, 0, 0, 0, 0);
  }

  private static final byte[] SLOW_DOWN =
      refusal("503 Slow Down", "SlowDown", "Reduce your request rate");

  private static final byte[] DENIED = refusal("403 Forbidden", "AccessDenied", "Access Denied");

  private final ServerSocket listener;
  private final int serverPort;
  private final FaultDice dice;
  private final RequestGate gate = new RequestGate();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  private FaultProxy(ServerSocket listener, int serverPort, FaultDice dice) {
    this.listener = listener;
    this.serverPort = serverPort;
    this.dice = dice;
  }

  static FaultProxy before(S3Server server, Faults faults, long seed) throws IOException {
    ServerSocket listener = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
    FaultProxy proxy = new FaultProxy(listener, server.port(), new FaultDice(faults, seed));
    daemon(proxy::accept);
    return proxy;
  }

  int port() {
    return listener.getLocalPort();
  }

  /** From now on. */
  void setFaults(Faults faults) {
    dice.setShares(faults);
  }

  /** Every request passes it; open at first. */
  RequestGate gate() {
    return gate;
  }

  /**
   * Requests so far, harmed ones too, by client, kind and place: {@code lance GET vectors.lance}.
   */
  Map<String, Integer> requests() {
    return dice.requests();
  }

  /** Requests harmed so far. */
  int harmed() {
    return dice.harmed();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listener.accept();
        daemon(() -> serve(client));
      }
    } catch (IOException e) {
      return; // closed
    }
  }

  private void serve(Socket client) {
    open.add(client);
    try (client;
        Socket server = new Socket(InetAddress.getLoopbackAddress(), serverPort)) {
      AtomicBoolean lost = new AtomicBoolean();
      daemon(() -> answer(server, client, lost));
      InputStream in = new BufferedInputStream(client.getInputStream());
      boolean more = true;
      while (more) {
        more = pass(in, client, server, lost);
      }
    } catch (IOException | InterruptedException e) {
      return; // either side went away
    } finally {
      open.remove(client);
    }
  }

  /** One request; false if the connection is over. */
  private boolean pass(InputStream in, Socket client, Socket server, AtomicBoolean lost)
      throws IOException, InterruptedException {
    Optional<RequestHead> read = RequestHead.read(in);
    if (read.isEmpty()) {
      return false;
    }
    RequestHead head = read.get();
    gate.pass(head);
    Fault fault = dice.next(head.kind());
    if (fault == Fault.SLOW_DOWN || fault == Fault.DENIED) {
      client.getOutputStream().write(fault == Fault.DENIED ? DENIED : SLOW_DOWN);
      client.shutdownOutput();
      in.skipNBytes(head.contentLength()); // else the close resets what was answered
    }
    if (fault != Fault.NONE && fault != Fault.LOST) {
      return false;
    }
    lost.set(fault == Fault.LOST);
    Thread.sleep(dice.delayMillis());
    head.pass(in, server.getOutputStream());
    return true;
  }

  private static byte[] refusal(String status, String code, String message) {
    String body = "<Error><Code>" + code + "</Code><Message>" + message + "</Message></Error>";
    return String.join(
            "\r\n",
            "HTTP/1.1 " + status,
            "Content-Type: application/xml",
            "Connection: close",
            "Content-Length: " + body.length(),
            "",
            body)
        .getBytes(StandardCharsets.US_ASCII);
  }

  private static void answer(Socket server, Socket client, AtomicBoolean lost) {
    byte[] buffer = new byte[1 << 16];
    try (server;
        client) {
      InputStream in = server.getInputStream();
      OutputStream out = client.getOutputStream();
      for (int read = in.read(buffer); read >= 0 && !lost.get(); read = in.read(buffer)) {
        out.write(buffer, 0, read);
      }
    } catch (IOException e) {
      return; // either side went away
    }
  }

  private static void daemon(Runnable body) {
    Thread thread = new Thread(body, "fault-proxy");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket socket : open) {
      socket.close();
    }
  }
}
