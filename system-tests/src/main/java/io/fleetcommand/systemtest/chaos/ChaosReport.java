package io.fleetcommand.systemtest.chaos;

import io.fleetcommand.model.Status;
import io.fleetcommand.stack.load.GuaranteeChecker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What came of a chaos run. */
public final class ChaosReport {
    private final Map<String, Number> figures = new LinkedHashMap<>();
    private final List<String> broken = new ArrayList<>();

    ChaosReport(
            int published,
            long answered,
            GuaranteeChecker promises,
            FaultInjector.Deeds deeds,
            boolean onlyRollingRestarts,
            Duration took) {
        figures.put("published", published);
        figures.put("answered", answered);
        mustBeNone("unanswered", promises.unanswered());
        mustBeNone("answered_twice", promises.answeredTwice());
        mustBeNone("at_most_once_executed_twice", promises.atMostOnceRanTwice());
        mustBeNone("second_calls_without_cause", promises.secondRunsWithoutCause());
        mustBeNone("order_violations", promises.orderViolations());
        mustBeNone("contradicted_by_devices", promises.contradictedByDevices());
        figures.put("kills", deeds.kills());
        figures.put("graceful_restarts", deeds.gracefulRestarts());
        figures.put("broker_restarts", deeds.brokerRestarts());
        figures.put("faults_injected", deeds.faults());
        if (onlyRollingRestarts) {
            mustBeNone("outcome_unknown", promises.with(Status.OUTCOME_UNKNOWN));
            mustBeNone("executed_twice", promises.ranTwice());
        } else {
            figures.put("outcome_unknown", promises.with(Status.OUTCOME_UNKNOWN));
            figures.put("executed_twice", promises.ranTwice());
        }
        figures.put("seconds", took.toSeconds());
        if (!broken.isEmpty()) {
            broken.addAll(promises.broken());
        }
    }

    private void mustBeNone(String name, long count) {
        figures.put(name, count);
        if (count > 0) {
            broken.add(name + " is " + count);
        }
    }

    /** The figures by their names in the report. */
    public Map<String, Number> figures() {
        return figures;
    }

    /** A line for each broken promise, then examples. */
    public List<String> broken() {
        return broken;
    }
}
