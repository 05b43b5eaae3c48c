/** Carries Freshet's records through Flink: type information over the versioned serializers. */
package dev.freshet.operators.wire;
