/** Makes one segment sorted by partition: out of encoded blocks, or out of segments. */
package dev.freshet.vector.merge;
