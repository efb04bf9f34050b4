package io.fleetcommand.systemtest.bench;

import io.fleetcommand.stack.Installation;
import java.util.Map;
import java.util.function.Consumer;

/** A measurement of the whole system. */
@FunctionalInterface
public interface Bench {
    /**
     * Runs it.
     *
     * @param tell told now and then, in words, how far it is
     * @return the figures by their names in the report, in order
     */
    Map<String, Number> run(Installation installation, Consumer<String> tell);
}
