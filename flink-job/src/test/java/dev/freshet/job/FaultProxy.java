package dev.freshet.job;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
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
   * @param slowDown answered with 503 SlowDown, and not passed on
   * @param dropped cut off before the server has seen them
   * @param lost done by the server, whose answer never arrives
   * @param longestDelayMillis before any other is passed on
   */
  record Faults(double slowDown, double dropped, double lost, int longestDelayMillis) {
    static final Faults NONE = new Faults(0, 0, 0, 0);
  }

  private enum Fault {
    NONE,
    SLOW_DOWN,
    DROPPED,
    LOST
  }

  private static final String SLOW_DOWN_BODY =
      "<Error><Code>SlowDown</Code><Message>Reduce your request rate</Message></Error>";

  private static final byte[] SLOW_DOWN =
      ("HTTP/1.1 503 Slow Down\r\n"
              + "Content-Type: application/xml\r\n"
              + "Connection: close\r\n"
              + "Content-Length: "
              + SLOW_DOWN_BODY.length()
              + "\r\n\r\n"
              + SLOW_DOWN_BODY)
          .getBytes(StandardCharsets.US_ASCII);

  private final ServerSocket listener;
  private final int serverPort;
  private final SplittableRandom random;
  private final Map<String, Integer> requests = new TreeMap<>();
  private final Map<String, Integer> faults = new TreeMap<>();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile Faults active;

  private FaultProxy(ServerSocket listener, int serverPort, Faults faults, long seed) {
    this.listener = listener;
    this.serverPort = serverPort;
    this.active = faults;
    this.random = new SplittableRandom(seed);
  }

  static FaultProxy before(S3Server server, Faults faults, long seed) throws IOException {
    ServerSocket listener = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
    FaultProxy proxy = new FaultProxy(listener, server.port(), faults, seed);
    daemon(proxy::accept);
    return proxy;
  }

  int port() {
    return listener.getLocalPort();
  }

  /** From now on. */
  void setFaults(Faults faults) {
    active = faults;
  }

  /**
   * Requests so far, harmed ones too, by client, kind and place: {@code lance GET vectors.lance}.
   */
  Map<String, Integer> requests() {
    synchronized (requests) {
      return new TreeMap<>(requests);
    }
  }

  /** Requests harmed so far. */
  int harmed() {
    synchronized (requests) {
      return faults.values().stream().mapToInt(Integer::intValue).sum();
    }
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
      while (pass(in, client, server, lost)) {
        continue;
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
    String head = head(in);
    if (head.isEmpty()) {
      return false;
    }
    Fault fault = count(head);
    if (fault == Fault.SLOW_DOWN) {
      client.getOutputStream().write(SLOW_DOWN);
      client.shutdownOutput();
      in.skipNBytes(contentLength(head)); // else the close resets what was answered
    }
    if (fault == Fault.SLOW_DOWN || fault == Fault.DROPPED) {
      return false;
    }
    lost.set(fault == Fault.LOST);
    Thread.sleep(delay());
    OutputStream out = server.getOutputStream();
    out.write(head.getBytes(StandardCharsets.ISO_8859_1));
    copy(in, out, contentLength(head));
    return true;
  }

  private Fault count(String head) {
    String[] words = head.substring(0, head.indexOf('\r')).split(" ");
    boolean list = words[0].equals("GET") && words[1].contains("list-type=");
    String agent =
        head.toLowerCase(Locale.ROOT).contains("\r\nuser-agent: aws-sdk") ? "flink" : "lance";
    String place = words[1].contains("vectors.lance") ? "vectors.lance" : "elsewhere";
    synchronized (requests) {
      requests.merge(agent + " " + (list ? "LIST" : words[0]) + " " + place, 1, Integer::sum);
      double drawn = random.nextDouble();
      Fault fault = fault(drawn, active);
      if (fault != Fault.NONE) {
        faults.merge(fault.name(), 1, Integer::sum);
      }
      return fault;
    }
  }

  private static Fault fault(double drawn, Faults shares) {
    if (drawn < shares.slowDown()) {
      return Fault.SLOW_DOWN;
    }
    if (drawn < shares.slowDown() + shares.dropped()) {
      return Fault.DROPPED;
    }
    return drawn < shares.slowDown() + shares.dropped() + shares.lost() ? Fault.LOST : Fault.NONE;
  }

  private int delay() {
    int longest = active.longestDelayMillis();
    synchronized (requests) {
      return longest == 0 ? 0 : random.nextInt(longest);
    }
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

  private static String head(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    int ends = 0;
    while (ends < 4) {
      int next = in.read();
      if (next < 0) {
        return "";
      }
      head.write(next);
      ends = next == (ends % 2 == 0 ? '\r' : '\n') ? ends + 1 : next == '\r' ? 1 : 0;
    }
    return head.toString(StandardCharsets.ISO_8859_1);
  }

  private static long contentLength(String head) {
    for (String line : head.split("\r\n")) {
      if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
        return Long.parseLong(line.substring(line.indexOf(':') + 1).strip());
      }
    }
    return 0;
  }

  private static void copy(InputStream in, OutputStream out, long bytes) throws IOException {
    byte[] buffer = new byte[1 << 16];
    for (long left = bytes; left > 0; ) {
      int read = in.read(buffer, 0, (int) Math.min(left, buffer.length));
      if (read < 0) {
        throw new EOFException();
      }
      out.write(buffer, 0, read);
      left -= read;
    }
    out.flush();
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
