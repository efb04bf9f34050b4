package io.fleetcommand.simulator.counts;

import java.util.concurrent.atomic.LongAdder;

/** All that is counted, apart from what the limits know themselves. Thread-safe. */
public final class Counts {
    private final Executions executions;
    private final PerSecond arrivals = new PerSecond();
    private final Tally<String> byRoute = new Tally<>();
    private final Tally<Integer> byStatus = new Tally<>();
    private final LongAdder requests = new LongAdder();
    private final LongAdder accepted = new LongAdder();
    private final LongAdder tokensMinted = new LongAdder();
    private final LongAdder tokensRevoked = new LongAdder();
    private final LongAdder tokensInspected = new LongAdder();
    private final LongAdder failedMints = new LongAdder();
    private final LongAdder lockOuts = new LongAdder();

    public Counts(int mostExecutionsKept) {
        this.executions = new Executions(mostExecutionsKept);
    }

    public Executions executions() {
        return executions;
    }

    /** Every request that arrived, by second. */
    public PerSecond arrivals() {
        return arrivals;
    }

    public Tally<String> byRoute() {
        return byRoute;
    }

    /** Answers by status; requests that got none are counted as 0. */
    public Tally<Integer> byStatus() {
        return byStatus;
    }

    /** Requests that arrived, accepted or refused. */
    public LongAdder requests() {
        return requests;
    }

    /** Requests that were within the limit of all routes. */
    public LongAdder accepted() {
        return accepted;
    }

    public LongAdder tokensMinted() {
        return tokensMinted;
    }

    public LongAdder tokensRevoked() {
        return tokensRevoked;
    }

    public LongAdder tokensInspected() {
        return tokensInspected;
    }

    public LongAdder failedMints() {
        return failedMints;
    }

    public LongAdder lockOuts() {
        return lockOuts;
    }

    public void clear() {
        executions.clear();
        arrivals.clear();
        byRoute.clear();
        byStatus.clear();
        requests.reset();
        accepted.reset();
        tokensMinted.reset();
        tokensRevoked.reset();
        tokensInspected.reset();
        failedMints.reset();
        lockOuts.reset();
    }
}
