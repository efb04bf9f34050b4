package io.fleetcommand.simulator.counts;

import java.util.concurrent.atomic.LongAdder;

/** All counts, except for those of the rate limits. Thread-safe. */
public final class Counts {
    private final Executions executions;
    private final CountPerSecond arrivals = new CountPerSecond();
    private final CountByKey<String> byRoute = new CountByKey<>();
    private final CountByKey<Integer> byStatus = new CountByKey<>();
    private final LongAdder requests = new LongAdder();
    private final LongAdder accepted = new LongAdder();
    private final LongAdder tokensIssued = new LongAdder();
    private final LongAdder tokensRevoked = new LongAdder();
    private final LongAdder tokensInspected = new LongAdder();
    private final LongAdder failedTokenRequests = new LongAdder();
    private final LongAdder lockOuts = new LongAdder();

    public Counts(int maxExecutionsKept) {
        this.executions = new Executions(maxExecutionsKept);
    }

    public Executions executions() {
        return executions;
    }

    /** Requests that arrived, by second. */
    public CountPerSecond arrivals() {
        return arrivals;
    }

    public CountByKey<String> byRoute() {
        return byRoute;
    }

    /** Responses by status; requests without response count as 0. */
    public CountByKey<Integer> byStatus() {
        return byStatus;
    }

    /** Requests that arrived, accepted or refused. */
    public LongAdder requests() {
        return requests;
    }

    /** Requests within the limit of all routes. */
    public LongAdder accepted() {
        return accepted;
    }

    public LongAdder tokensIssued() {
        return tokensIssued;
    }

    public LongAdder tokensRevoked() {
        return tokensRevoked;
    }

    public LongAdder tokensInspected() {
        return tokensInspected;
    }

    public LongAdder failedTokenRequests() {
        return failedTokenRequests;
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
        tokensIssued.reset();
        tokensRevoked.reset();
        tokensInspected.reset();
        failedTokenRequests.reset();
        lockOuts.reset();
    }
}
