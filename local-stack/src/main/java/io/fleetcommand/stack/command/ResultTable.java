package io.fleetcommand.stack.command;

import io.fleetcommand.stack.load.ExpectedRequest;
import io.fleetcommand.stack.load.ReceivedResult;
import io.fleetcommand.stack.load.ResultCollector;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Results by status, with how long callers waited. */
final class ResultTable {
    private ResultTable() {}

    static String of(List<ExpectedRequest> plan, ResultCollector answers) {
        Map<String, List<Long>> waitsByStatus = new TreeMap<>();
        for (ExpectedRequest request : plan) {
            Instant asked = (Instant) request.request()
                    .get(request.request().getSchema().getField("created_at").pos());
            for (ReceivedResult result : answers.of(request)) {
                waitsByStatus
                        .computeIfAbsent(result.status().name(), none -> new ArrayList<>())
                        .add(Duration.between(asked, result.finishedAt()).toMillis());
            }
        }
        StringBuilder table =
                new StringBuilder(String.format("%-16s %8s %10s %10s%n", "status", "count", "p50 ms", "p95 ms"));
        waitsByStatus.forEach((status, waits) -> table.append(String.format(
                "%-16s %8d %10d %10d%n", status, waits.size(), percentile(waits, 50), percentile(waits, 95))));
        return table.toString();
    }

    /** The smallest wait that so many per cent of all waits do not exceed. */
    static long percentile(List<Long> waits, int percent) {
        List<Long> sorted = waits.stream().sorted().toList();
        return sorted.get(Math.max(0, (int) Math.ceil(sorted.size() * percent / 100.0) - 1));
    }
}
