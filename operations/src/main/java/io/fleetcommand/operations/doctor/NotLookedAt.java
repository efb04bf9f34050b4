package io.fleetcommand.operations.doctor;

/** What is part of the whole but cannot be looked at, and why: silence would be taken for health. */
record NotLookedAt(String name, String why) implements Check {
    @Override
    public Finding run() {
        return Finding.skipped(why);
    }
}
