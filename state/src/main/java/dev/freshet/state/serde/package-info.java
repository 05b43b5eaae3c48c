/**
 * The binary form of everything that reaches state or the wire, without Java serialization.
 *
 * <p>The format is our own and small: unsigned varints (little endian base 128, as Protocol Buffers
 * have them), UTF-8 strings and lists with their length in front, uuids as 16 bytes, enums by name,
 * ascending fragment ids as differences. {@link dev.freshet.state.serde.Serializers} lists the
 * types. Each type has its version; every version that was ever released stays readable, and golden
 * bytes under the test resources hold it fixed. A record inside of another is part of the outer
 * format: who changes it gives a new version to every type that contains it.
 */
package dev.freshet.state.serde;
