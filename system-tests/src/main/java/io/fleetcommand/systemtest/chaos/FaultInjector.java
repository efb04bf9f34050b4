package io.fleetcommand.systemtest.chaos;

/** Makes trouble while a load runs. Not safe for use by many threads. */
interface FaultInjector {
    /** Makes the trouble that is due by now. */
    void stir(long nowNanos);

    /** Ends all trouble: every part runs and is ready. */
    void end();

    /** What was done so far. */
    Deeds deeds();

    /**
     * How often what was done.
     *
     * @param faults how many faults of the cloud were asked for
     */
    record Deeds(int kills, int gracefulRestarts, int brokerRestarts, int faults) {
        static final Deeds NONE = new Deeds(0, 0, 0, 0);

        Deeds kill() {
            return new Deeds(kills + 1, gracefulRestarts, brokerRestarts, faults);
        }

        Deeds gracefulRestart() {
            return new Deeds(kills, gracefulRestarts + 1, brokerRestarts, faults);
        }

        Deeds brokerRestart() {
            return new Deeds(kills, gracefulRestarts, brokerRestarts + 1, faults);
        }

        Deeds fault() {
            return new Deeds(kills, gracefulRestarts, brokerRestarts, faults + 1);
        }
    }
}
