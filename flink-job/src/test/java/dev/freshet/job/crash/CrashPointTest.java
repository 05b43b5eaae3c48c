package dev.freshet.job.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CrashPointTest {

  /** Else nobody would ever die there, and nobody would notice. */
  @ParameterizedTest
  @EnumSource
  void theMethodOfEachPointIsThere(CrashPoint point) throws ClassNotFoundException {
    Class<?> type = Class.forName(point.type(), false, CrashPoint.class.getClassLoader());
    assertThat(Arrays.stream(type.getDeclaredMethods()))
        .as("%s: methods %s of %s", point, point.method(), type)
        .anyMatch(method -> method.getName().equals(point.method()) && hasCode(method));
  }

  private static boolean hasCode(Method method) {
    return !Modifier.isAbstract(method.getModifiers()) && !Modifier.isNative(method.getModifiers());
  }

  @Test
  void pointsAreTwenty() {
    assertThat(CrashPoint.values()).hasSizeGreaterThanOrEqualTo(20);
  }
}
