package dev.freshet.job.crash;

import java.io.IOException;
import java.lang.instrument.Instrumentation;
import java.nio.file.Path;
import java.util.List;
import net.bytebuddy.agent.builder.AgentBuilder;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.matcher.ElementMatchers;

/**
 * The Java agent that ends the process, as an abort in native code would, when rows of one fragment
 * are about to be scanned. Nothing else in it is damaged.
 */
public final class DeadlyFragment {

  /** What a process that aborted exits with. */
  public static final int ABORTED = 134;

  static final String FRAGMENT = "freshet.test.deadly-fragment";
  private static final String SCAN = "dev.freshet.lance.read.VectorScan";

  private DeadlyFragment() {}

  /** Writes the agent's jar; the arguments for the JVM that is to die of the fragment. */
  public static List<String> arguments(Path jar, int fragment) throws IOException {
    AgentJar.write(jar, DeadlyFragment.class);
    return List.of("-javaagent:" + jar, "-D" + FRAGMENT + "=" + fragment);
  }

  /** Called by the JVM before the main class of the process. */
  public static void premain(String argument, Instrumentation instrumentation) {
    new AgentBuilder.Default()
        .disableClassFormatChanges()
        .ignore(ElementMatchers.none())
        .with(new AgentBuilder.Listener.StreamWriting(System.err).withErrorsOnly())
        .type(ElementMatchers.named(SCAN))
        .transform(
            (builder, seen, loader, module, domain) ->
                builder.visit(Advice.to(AtScan.class).on(ElementMatchers.isConstructor())))
        .installOn(instrumentation);
  }

  /** Copied into the constructor of the scan. */
  static final class AtScan {
    private AtScan() {}

    @Advice.OnMethodEnter
    static void enter(@Advice.Argument(2) List<?> ranges) {
      for (Object range : ranges) {
        if (range
            .toString()
            .startsWith(
                "RowRange[fragment=" + Integer.getInteger("freshet.test.deadly-fragment") + ",")) {
          Runtime.getRuntime().halt(ABORTED);
        }
      }
    }
  }
}
