package dev.freshet.job.crash;

import java.io.IOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.lang.instrument.Instrumentation;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import net.bytebuddy.agent.builder.AgentBuilder;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.dynamic.DynamicType;
import net.bytebuddy.matcher.ElementMatchers;

/**
 * The Java agent that makes every crash point call {@link Victim#reached}, and that has Lance's
 * library shared.
 */
public final class CrashAgent {

  private CrashAgent() {}

  /** Called by the JVM before the main class of the process. */
  public static void premain(String argument, Instrumentation instrumentation) {
    Map<String, List<CrashPoint>> points =
        Arrays.stream(CrashPoint.values()).collect(Collectors.groupingBy(CrashPoint::type));
    AgentBuilder agent =
        new AgentBuilder.Default()
            .disableClassFormatChanges()
            .ignore(ElementMatchers.none())
            .with(new AgentBuilder.Listener.StreamWriting(System.err).withErrorsOnly());
    for (Map.Entry<String, List<CrashPoint>> type : points.entrySet()) {
      agent =
          agent
              .type(ElementMatchers.named(type.getKey()))
              .transform(
                  (builder, seen, loader, module, domain) -> visit(builder, type.getValue()));
    }
    agent
        .type(ElementMatchers.named("io.questdb.jar.jni.JarJniLoader"))
        .transform(
            (builder, seen, loader, module, domain) ->
                builder.visit(
                    Advice.to(SharedLibrary.class)
                        .on(
                            ElementMatchers.named("loadLib")
                                .and(ElementMatchers.takesArguments(3)))))
        .installOn(instrumentation);
  }

  private static DynamicType.Builder<?> visit(
      DynamicType.Builder<?> builder, List<CrashPoint> points) {
    DynamicType.Builder<?> changed = builder;
    for (CrashPoint point : points) {
      Class<?> advice = point.edge() == CrashPoint.Edge.EXIT ? AtExit.class : AtEntry.class;
      changed =
          changed.visit(
              Advice.withCustomMapping()
                  .bind(Point.class, point.name())
                  .to(advice)
                  .on(ElementMatchers.named(point.method())));
    }
    return changed;
  }

  /** The name of the point, where the advice is copied to. */
  @Retention(RetentionPolicy.RUNTIME)
  @Target(ElementType.PARAMETER)
  @interface Point {}

  /** Instead of the method itself. */
  static final class SharedLibrary {
    private SharedLibrary() {}

    @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class)
    static boolean enter(
        @Advice.Argument(0) Class<?> owner,
        @Advice.Argument(1) String prefix,
        @Advice.Argument(2) String name)
        throws IOException {
      return NativeLibraries.load(owner, prefix, name);
    }
  }

  static final class AtEntry {
    private AtEntry() {}

    @Advice.OnMethodEnter
    static void enter(@Point String point) {
      Victim.reached(point);
    }
  }

  /** Not if the method throws. */
  static final class AtExit {
    private AtExit() {}

    @Advice.OnMethodExit
    static void exit(@Point String point) {
      Victim.reached(point);
    }
  }
}
