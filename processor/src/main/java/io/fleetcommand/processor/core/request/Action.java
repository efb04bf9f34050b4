package io.fleetcommand.processor.core.request;

/** What is asked of a device. */
public sealed interface Action {
    /** The name of the function or variable. */
    String name();

    /** Call of a function. */
    record Call(String function, String argument) implements Action {
        @Override
        public String name() {
            return function;
        }
    }

    /**
     * Read of a variable.
     *
     * @param maxAgeMs how old a cached value may be; 0 always reads from the device
     */
    record Read(String variable, long maxAgeMs) implements Action {
        @Override
        public String name() {
            return variable;
        }
    }
}
