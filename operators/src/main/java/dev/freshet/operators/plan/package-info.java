/** Windowed stage: collects sealed shards and plans the segments they become. */
package dev.freshet.operators.plan;
