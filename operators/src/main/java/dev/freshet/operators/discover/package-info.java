/** First stage: finds uncovered fragments in the manifest and hands them out as shard tasks. */
package dev.freshet.operators.discover;
