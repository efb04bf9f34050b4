/** What the processor is measured against: programs that make the same calls and write the same replies, and no more. */
package io.fleetcommand.systemtest.baseline;
