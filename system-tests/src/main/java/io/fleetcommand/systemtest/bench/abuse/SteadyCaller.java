package io.fleetcommand.systemtest.bench.abuse;

import io.fleetcommand.model.CommandResult;
import io.fleetcommand.model.DeviceCommand;
import io.fleetcommand.model.Priority;
import io.fleetcommand.model.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * A caller that sends URGENT commands to devices of its own at a steady rate, in named runs, and takes the time until
 * each has its committed result. Thread-safe; guarded by itself.
 */
final class SteadyCaller {
    /** Longer than any wait that is measured: no command may end by its own deadline. */
    private static final Duration TIME_TO_LIVE = Duration.ofMinutes(10);

    private final String requester;
    private final String topic;
    private final List<String> devices;
    private final long everyNanos;
    private final Producer<String, Object> producer;
    private final Map<String, Sent> sent = new LinkedHashMap<>();

    private Optional<String> run = Optional.empty();
    private long dueNanos;
    private int count;

    SteadyCaller(
            String requester, String topic, List<String> devices, double perSecond, Producer<String, Object> producer) {
        this.requester = requester;
        this.topic = topic;
        this.devices = List.copyOf(devices);
        this.everyNanos = Math.round(TimeUnit.SECONDS.toNanos(1) / perSecond);
        this.producer = producer;
    }

    List<String> devices() {
        return devices;
    }

    /** Commands are sent from now on and belong to this run. */
    synchronized void begin(String name) {
        run = Optional.of(name);
        dueNanos = System.nanoTime();
    }

    /** No more commands are sent. */
    synchronized void pause() {
        run = Optional.empty();
    }

    /** Sends what is due by now. */
    synchronized void sendDue() {
        while (run.isPresent() && System.nanoTime() - dueNanos >= 0) {
            dueNanos += everyNanos;
            send(run.get());
        }
    }

    private void send(String name) {
        String id = requester + "-" + count;
        String device = devices.get(count++ % devices.size());
        DeviceCommand command = DeviceCommand.newBuilder()
                .setRequestId(id)
                .setDeviceId(device)
                .setFunction("setLed")
                .setArgument("on")
                .setPriority(Priority.URGENT)
                .setRequester(requester)
                .setDeadline(Instant.now().plus(TIME_TO_LIVE))
                .setCreatedAt(Instant.now())
                .build();
        sent.put(id, new Sent(name, System.nanoTime()));
        producer.send(new ProducerRecord<>(topic, device, command));
    }

    /** A result for one of its devices was read. */
    synchronized void arrived(CommandResult result, long atNanos) {
        Sent command = sent.get(result.getRequestId());
        if (command != null) {
            command.answered(result.getStatus(), atNanos);
        }
    }

    synchronized long unanswered(String name) {
        return of(name).stream().filter(command -> command.answers == 0).count();
    }

    /** Commands of a run that have more than one committed result. */
    synchronized long answeredTwice(String name) {
        return of(name).stream().filter(command -> command.answers > 1).count();
    }

    /** When the first command of a run was answered, by the clock of {@link System#nanoTime}. */
    synchronized OptionalLong firstAnswerNanos(String name) {
        return of(name).stream()
                .filter(command -> command.answers > 0)
                .mapToLong(command -> command.answeredNanos)
                .min();
    }

    synchronized Waits waits(String name) {
        List<Sent> commands = of(name);
        Map<Status, Long> statuses = commands.stream()
                .filter(command -> command.answers > 0)
                .collect(Collectors.groupingBy(
                        command -> command.status, () -> new EnumMap<>(Status.class), Collectors.counting()));
        List<Long> waitMs = commands.stream()
                .filter(command -> command.answers > 0)
                .map(command -> TimeUnit.NANOSECONDS.toMillis(command.answeredNanos - command.sentNanos))
                .sorted()
                .toList();
        return new Waits(commands.size(), waitMs, statuses);
    }

    private List<Sent> of(String name) {
        return sent.values().stream()
                .filter(command -> command.run.equals(name))
                .toList();
    }

    /** One command and what has come of it. */
    private static final class Sent {
        private final String run;
        private final long sentNanos;
        private int answers;
        private long answeredNanos;
        private Status status = Status.OUTCOME_UNKNOWN;

        Sent(String run, long sentNanos) {
            this.run = run;
            this.sentNanos = sentNanos;
        }

        void answered(Status how, long atNanos) {
            if (answers++ == 0) {
                status = how;
                answeredNanos = atNanos;
            }
        }
    }

    /**
     * The waits of a run.
     *
     * @param sent how many commands
     * @param waitMs of those that were answered, the shortest first
     * @param statuses how they were answered
     */
    record Waits(int sent, List<Long> waitMs, Map<Status, Long> statuses) {
        long unanswered() {
            return (long) sent - waitMs.size();
        }

        /** The wait that this share of the answered commands did not exceed; empty if none was answered. */
        OptionalLong percentile(double share) {
            return waitMs.isEmpty()
                    ? OptionalLong.empty()
                    : OptionalLong.of(waitMs.get((int) Math.ceil(waitMs.size() * share) - 1));
        }
    }
}
