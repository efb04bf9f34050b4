package io.fleetcommand.systemtest.bench.abuse;

import io.fleetcommand.model.DeviceCommand;
import io.fleetcommand.model.Priority;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/** Many good requests at once, of the shape that costs most. */
final class Floods {
    private static final int POLLS = 50_000;
    private static final int RANDOM_DEVICES = 300_000;
    private static final int REQUESTERS = 100_000;
    private static final int REPEATS = 20_000;
    private static final int CANCELLATIONS = 100_000;
    private static final int WITH_HEADERS = 20_000;
    private static final int LONGEST_HEADER = 1_024;

    private Floods() {}

    static void pollsOfOneDeviceByManyRequesters(Abuser abuser) {
        for (int number = 0; number < POLLS; number++) {
            abuser.send(abuser.poll("many-" + number, abuser.device(0))
                    .setRequester("requester-" + number)
                    .build());
        }
    }

    static void pollsOfOneVariable(Abuser abuser) {
        for (int number = 0; number < POLLS; number++) {
            abuser.send(abuser.poll("same-" + number, abuser.device(1)).build());
        }
    }

    static void pollsOfOneDevice(Abuser abuser) {
        for (int number = 0; number < POLLS; number++) {
            abuser.send(abuser.poll("variable-" + number, abuser.device(2))
                    .setVariable("v_" + number)
                    .build());
        }
    }

    static void pollsOfRandomDevices(Abuser abuser) {
        for (int number = 0; number < RANDOM_DEVICES; number++) {
            abuser.send(abuser.poll("nowhere-" + number, abuser.randomDevice()).build());
        }
    }

    static void requesters(Abuser abuser) {
        for (int number = 0; number < REQUESTERS; number++) {
            abuser.send(abuser.command("requester-" + number, abuser.randomDevice())
                    .setPriority(Priority.BULK)
                    .setRequester("requester-" + number)
                    .build());
        }
    }

    static void sameRequest(Abuser abuser) {
        DeviceCommand command = abuser.command("again", abuser.device(3)).build();
        for (int number = 0; number < REPEATS; number++) {
            abuser.send(command);
        }
    }

    static void sameIdForOtherContents(Abuser abuser) {
        for (int number = 0; number < REPEATS; number++) {
            abuser.send(abuser.command("reused", abuser.device(4))
                    .setArgument(String.valueOf(number))
                    .build());
        }
    }

    static void cancellationsOfUnknownIds(Abuser abuser) {
        for (int number = 0; number < CANCELLATIONS; number++) {
            abuser.send(abuser.cancellation("unknown-" + number, abuser.device(number))
                    .build());
        }
    }

    static void expired(Abuser abuser) {
        Instant now = Instant.now();
        for (int number = 0; number < POLLS; number++) {
            abuser.send(abuser.command("expired-" + number, abuser.device(number))
                    .setCreatedAt(now.minus(Duration.ofMinutes(2)))
                    .setDeadline(now.minus(Duration.ofMinutes(1)))
                    .build());
        }
    }

    static void forLater(Abuser abuser) {
        Instant now = Instant.now();
        for (int number = 0; number < POLLS; number++) {
            abuser.send(abuser.command("later-" + number, abuser.device(number))
                    .setNotBefore(now.plus(Duration.ofHours(1)))
                    .setDeadline(now.plus(Duration.ofHours(2)))
                    .build());
        }
    }

    /** Leaves nothing behind: the deadlines have passed. */
    static void tooLate(Abuser abuser, long count) {
        Instant now = Instant.now();
        for (int number = 0; number < count; number++) {
            abuser.send(abuser.command("too-late-" + now.toEpochMilli() + "-" + number, abuser.device(number))
                    .setCreatedAt(now.minusSeconds(60))
                    .setDeadline(now.minusSeconds(1))
                    .build());
        }
    }

    static void longHeaders(Abuser abuser) {
        byte[] header = "h".repeat(LONGEST_HEADER).getBytes(StandardCharsets.UTF_8);
        Map<String, byte[]> headers = Map.of(
                "correlation-id", header, "kafka_correlationId", header, "traceparent", header, "tracestate", header);
        for (int number = 0; number < WITH_HEADERS; number++) {
            String device = abuser.device(number);
            abuser.send(
                    Abuser.COMMANDS,
                    device,
                    abuser.bytes(
                            Abuser.COMMANDS,
                            abuser.command("headers-" + number, device).build()),
                    headers);
        }
    }
}
