package io.fleetcommand.operations.status;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fleetcommand.operations.status.Instances.Heard;
import io.fleetcommand.text.VisibleText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** What the instances said, side by side and summed up. */
public final class StatusReport {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> PRIORITIES = List.of("urgent", "normal", "bulk");
    private static final String ROW = "%-24s %-12s %-14s %9s %9s %9s %10s %10s %14s %12s %8s %12s%n";

    private static final int LONGEST = 1_000;

    private final List<Heard> heard;

    public StatusReport(List<Heard> heard) {
        this.heard = List.copyOf(heard);
    }

    /** Whether every instance answered, and none of them is in trouble. */
    public boolean isGood() {
        return !heard.isEmpty()
                && heard.stream()
                        .allMatch(one -> one.status()
                                .filter(status -> text(status, "trouble").isEmpty())
                                .isPresent());
    }

    /** For people. */
    public String table() {
        StringBuilder table = new StringBuilder(String.format(
                ROW,
                "instance",
                "state",
                "partitions",
                "urgent",
                "normal",
                "bulk",
                "in flight",
                "oldest",
                "quota (worst)",
                "backing off",
                "breaker",
                "token (age)"));
        List<JsonNode> answers = answers();
        answers.forEach(status -> table.append(row(
                text(status, "instance"),
                text(status, "state"),
                List.of(status),
                text(status, "breaker"),
                text(status.path("token"), "version") + " ("
                        + age(status.path("token").path("age_ms").asLong()) + ")")));
        if (answers.size() > 1) {
            table.append(row("all", answers.size() + " of " + heard.size(), answers, "", ""));
        }
        answers.stream()
                .filter(status -> !text(status, "trouble").isEmpty())
                .forEach(status ->
                        table.append(String.format("%s: %s%n", text(status, "instance"), text(status, "trouble"))));
        heard.stream()
                .filter(one -> one.status().isEmpty())
                .forEach(one ->
                        table.append(String.format("%s %s%n", one.url(), VisibleText.of(one.trouble(), LONGEST))));
        return table.toString();
    }

    /** For programs: {@code instances} as each of them said it, {@code silent} those that did not, {@code total}. */
    public String json() {
        ObjectNode report = JSON.createObjectNode();
        ArrayNode instances = report.putArray("instances");
        answers().forEach(instances::add);
        ArrayNode silent = report.putArray("silent");
        heard.stream()
                .filter(one -> one.status().isEmpty())
                .forEach(one -> silent.addObject().put("url", one.url()).put("trouble", one.trouble()));
        ObjectNode total = report.putObject("total");
        for (String priority : PRIORITIES) {
            total.putObject(priority)
                    .put("waiting", sum(answers(), priority, "waiting"))
                    .put("under_way", sum(answers(), priority, "under_way"))
                    .put("oldest_waiting_ms", oldestMs(answers(), priority));
        }
        total.put("in_flight", count(answers(), "in_flight"));
        total.putObject("quota").put("used", quota(answers(), "used"));
        total.put("devices_backing_off", count(answers(), "devices_backing_off"));
        total.put("partitions", partitions(answers()).size());
        // Within JSON's texts an escape is the same text; outside of them there is nothing to escape.
        return VisibleText.of(report.toString());
    }

    private static String row(String name, String state, List<JsonNode> answers, String breaker, String token) {
        long oldestMs = PRIORITIES.stream()
                .mapToLong(priority -> oldestMs(answers, priority))
                .max()
                .orElse(0);
        return String.format(
                ROW,
                name,
                state,
                ranges(partitions(answers)),
                sum(answers, "urgent", "waiting"),
                sum(answers, "normal", "waiting"),
                sum(answers, "bulk", "waiting"),
                count(answers, "in_flight"),
                oldestMs == 0 ? "-" : age(oldestMs),
                quota(answers, "used") + " (" + quota(answers, "worst_window") + ")",
                count(answers, "devices_backing_off"),
                breaker,
                token);
    }

    private List<JsonNode> answers() {
        return heard.stream().flatMap(one -> one.status().stream()).toList();
    }

    private static long sum(List<JsonNode> answers, String priority, String count) {
        return answers.stream()
                .mapToLong(status ->
                        status.path("priorities").path(priority).path(count).asLong())
                .sum();
    }

    private static long oldestMs(List<JsonNode> answers, String priority) {
        return answers.stream()
                .mapToLong(status -> status.path("priorities")
                        .path(priority)
                        .path("oldest_waiting_ms")
                        .asLong())
                .max()
                .orElse(0);
    }

    private static long count(List<JsonNode> answers, String field) {
        return answers.stream().mapToLong(status -> status.path(field).asLong()).sum();
    }

    /** The instances' worst windows lie at different times: their sum is more than all of them together ever sent. */
    private static long quota(List<JsonNode> answers, String field) {
        return answers.stream()
                .mapToLong(status -> status.path("quota").path(field).asLong())
                .sum();
    }

    private static SortedSet<Integer> partitions(List<JsonNode> answers) {
        SortedSet<Integer> partitions = new TreeSet<>();
        answers.forEach(status -> status.path("partitions").forEach(partition -> partitions.add(partition.asInt())));
        return partitions;
    }

    /** Such as {@code 0-3,7}. */
    static String ranges(SortedSet<Integer> numbers) {
        List<String> ranges = new ArrayList<>();
        int first = 0;
        for (int number : numbers) {
            if (!numbers.contains(number - 1)) {
                first = number;
            }
            if (!numbers.contains(number + 1)) {
                ranges.add(first == number ? Integer.toString(number) : first + "-" + number);
            }
        }
        return ranges.isEmpty() ? "none" : String.join(",", ranges);
    }

    /** In the largest unit that fits. */
    static String age(long ms) {
        Duration age = Duration.ofMillis(ms);
        if (age.toMinutes() < 2) {
            return age.toSeconds() + " s";
        }
        return age.toHours() < 2 ? age.toMinutes() + " min" : age.toHours() + " h";
    }

    private static String text(JsonNode status, String field) {
        return VisibleText.of(status.path(field).asText(), LONGEST);
    }
}
