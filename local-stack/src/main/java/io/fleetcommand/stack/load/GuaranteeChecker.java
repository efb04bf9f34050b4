package io.fleetcommand.stack.load;

import io.fleetcommand.model.Status;
import io.fleetcommand.processor.core.request.RequestKey;
import io.fleetcommand.simulator.client.Simulation;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What was promised for a load, held against the committed results and against what the simulator saw devices run. */
public final class GuaranteeChecker {
    private static final Set<Status> NEVER_RAN =
            Set.of(Status.REJECTED, Status.INVALID, Status.EXPIRED, Status.FAILED, Status.CANCELLED, Status.CONFLICT);

    private final List<ExpectedRequest> plan;
    private final Map<RequestKey, List<ReceivedResult>> results;
    private final Map<String, List<String>> ranOnDevice;
    private final Map<RequestKey, Integer> runs = new HashMap<>();

    /**
     * @param plan all requests, in the order in which they were published
     * @param results by request
     * @param ranOnDevice by device the arguments of the functions it ran, in its order; each is a request id
     */
    GuaranteeChecker(
            List<ExpectedRequest> plan,
            Map<RequestKey, List<ReceivedResult>> results,
            Map<String, List<String>> ranOnDevice) {
        this.plan = plan;
        this.results = results;
        this.ranOnDevice = ranOnDevice;
        ranOnDevice.forEach((device, ran) ->
                ran.forEach(argument -> runs.merge(new RequestKey(device, argument), 1, Integer::sum)));
    }

    public static GuaranteeChecker of(List<ExpectedRequest> plan, ResultCollector answers, Simulation simulation) {
        Map<String, List<String>> ran = new HashMap<>();
        simulation
                .runs()
                .forEach((device, ofDevice) -> ran.put(
                        device,
                        ofDevice.stream()
                                .filter(Simulation.Run::function)
                                .map(Simulation.Run::argument)
                                .toList()));
        return new GuaranteeChecker(plan, answers.byRequest(), ran);
    }

    public long unanswered() {
        return count(request -> results(request).isEmpty());
    }

    public long answeredTwice() {
        return count(request -> results(request).size() > 1);
    }

    public long wrongStatus() {
        return count(this::hasWrongStatus);
    }

    /** A status that says that it ran, or that it did not, against what the device says. */
    public long contradictedByDevices() {
        return count(this::isContradicted);
    }

    public long atMostOnceRanTwice() {
        return count(request -> request.atMostOnce() && ran(request) > 1);
    }

    /** Commands that ran more than once though they needed one attempt only. */
    public long secondRunsWithoutCause() {
        return count(request ->
                ran(request) > 1 && results(request).stream().allMatch(result -> result.attempts() < ran(request)));
    }

    public long ranTwice() {
        return count(request -> ran(request) > 1);
    }

    /** How often a device ran a command after one that was published later. The commands must share a priority. */
    public long orderViolations() {
        Map<RequestKey, Integer> published = new HashMap<>();
        plan.stream()
                .filter(request -> !request.argument().isEmpty())
                .forEach(request ->
                        published.put(new RequestKey(request.deviceId(), request.argument()), published.size()));
        return ranOnDevice.entrySet().stream()
                .mapToLong(ran -> violations(ran.getValue().stream()
                        .map(argument -> new RequestKey(ran.getKey(), argument))
                        .filter(published::containsKey)
                        .map(published::get)
                        .toList()))
                .sum();
    }

    private static long violations(List<Integer> order) {
        return IntStream.range(1, order.size())
                .filter(index -> order.get(index) < order.get(index - 1))
                .count();
    }

    public long with(Status status) {
        return count(request -> results(request).stream().anyMatch(result -> result.status() == status));
    }

    public boolean allKept() {
        return unanswered() + answeredTwice() + wrongStatus() + contradictedByDevices() + atMostOnceRanTwice() == 0;
    }

    /** One line for each broken promise, up to a few of each kind. */
    public List<String> broken() {
        return Stream.of(
                        examples("has no result", request -> results(request).isEmpty()),
                        examples(
                                "has more than one result",
                                request -> results(request).size() > 1),
                        examples("has the wrong status", this::hasWrongStatus),
                        examples("ran twice though AT_MOST_ONCE", request -> request.atMostOnce() && ran(request) > 1),
                        examples("has a status that the device contradicts", this::isContradicted))
                .flatMap(lines -> lines)
                .toList();
    }

    private Stream<String> examples(String what, Predicate<ExpectedRequest> isBroken) {
        return plan.stream()
                .filter(isBroken)
                .limit(5)
                .map(request -> request.key() + " " + what + ": "
                        + results(request).stream()
                                .map(ReceivedResult::published)
                                .toList() + ", ran " + ran(request)
                        + " times, expected " + request.expected());
    }

    private boolean hasWrongStatus(ExpectedRequest request) {
        return results(request).stream().anyMatch(result -> !request.expected().contains(result.status()));
    }

    private boolean isContradicted(ExpectedRequest request) {
        return !request.argument().isEmpty()
                && results(request).stream()
                        .anyMatch(result -> result.status() == Status.SUCCEEDED && ran(request) == 0
                                || NEVER_RAN.contains(result.status()) && ran(request) > 0);
    }

    private List<ReceivedResult> results(ExpectedRequest request) {
        return results.getOrDefault(request.key(), List.of());
    }

    private int ran(ExpectedRequest request) {
        return request.argument().isEmpty()
                ? 0
                : runs.getOrDefault(new RequestKey(request.deviceId(), request.argument()), 0);
    }

    private long count(Predicate<ExpectedRequest> what) {
        return plan.stream().filter(what).count();
    }
}
