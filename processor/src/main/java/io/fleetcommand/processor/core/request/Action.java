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
     * @param maxAgeMs how old a shared answer may be; 0 asks the device
     */
    record Read(String variable, long maxAgeMs) implements Action {
        @Override
        public String name() {
            return variable;
        }
    }
}
