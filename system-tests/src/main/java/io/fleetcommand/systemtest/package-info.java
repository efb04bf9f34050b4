/** Measurements and faults on real components: {@code ./fleet bench} and {@code ./fleet chaos}. */
package io.fleetcommand.systemtest;
