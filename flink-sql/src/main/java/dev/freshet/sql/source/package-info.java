/** SELECT from a table: a FLIP-27 source over fragments, and what the planner pushes into it. */
package dev.freshet.sql.source;
