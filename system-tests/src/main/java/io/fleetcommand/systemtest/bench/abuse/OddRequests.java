package io.fleetcommand.systemtest.bench.abuse;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Records whose fields, keys or headers are out of all bounds. */
final class OddRequests {
    private static final int REPEATS = 200;
    private static final int LONGEST_ID = 65_000;
    private static final int LONG_IDS = 500;
    private static final int LONGEST_KEY = 500_000;

    private OddRequests() {}

    /** In seconds and in microseconds where milliseconds are meant, and at both ends of a long. */
    static void times(Abuser abuser) {
        long nowMs = System.currentTimeMillis();
        List<Instant> times = List.of(
                Instant.ofEpochMilli(Long.MAX_VALUE),
                Instant.ofEpochMilli(Long.MIN_VALUE),
                Instant.ofEpochMilli(nowMs / 1_000),
                Instant.ofEpochMilli(nowMs * 1_000),
                Instant.ofEpochMilli(nowMs).plus(Duration.ofDays(3_650)),
                Instant.EPOCH);
        for (int number = 0; number < REPEATS; number++) {
            for (Instant time : times) {
                String id = "time-" + time + "-" + number;
                String device = abuser.device(number);
                abuser.send(abuser.command(id + "-deadline", device)
                        .setDeadline(time)
                        .build());
                abuser.send(abuser.command(id + "-created", device)
                        .setCreatedAt(time)
                        .build());
                abuser.send(abuser.command(id + "-not-before", device)
                        .setNotBefore(time)
                        .setDeadline(time)
                        .build());
                abuser.send(abuser.poll(id + "-age", device)
                        .setCreatedAt(time)
                        .setDeadline(time)
                        .setMaxAgeMs(Long.MAX_VALUE)
                        .build());
            }
        }
    }

    static void longIdsInCancellations(Abuser abuser) {
        for (int number = 0; number < LONG_IDS; number++) {
            abuser.send(abuser.cancellation(number + "-" + "i".repeat(LONGEST_ID), abuser.device(number))
                    .setRequester("r".repeat(LONGEST_ID))
                    .build());
        }
    }

    static void longKeys(Abuser abuser) {
        for (String topic : everyTopic()) {
            for (int number = 0; number < REPEATS / 10; number++) {
                byte[] value = abuser.bytes(
                        Abuser.COMMANDS,
                        abuser.command("long-key-" + number, abuser.device(number))
                                .build());
                abuser.send(topic, number + "k".repeat(LONGEST_KEY), value, Map.of());
                abuser.send(topic, number + "k".repeat(LONGEST_KEY / 50), value, Map.of());
            }
        }
    }

    static void nulls(Abuser abuser) {
        byte[] value = abuser.bytes(
                Abuser.COMMANDS, abuser.command("no-key", abuser.device(0)).build());
        for (String topic : everyTopic()) {
            for (int number = 0; number < REPEATS; number++) {
                abuser.send(topic, abuser.device(number), null, Map.of());
                abuser.send(topic, (byte[]) null, value, Map.of());
                abuser.send(topic, (byte[]) null, null, Map.of());
                abuser.send(topic, abuser.device(number), new byte[0], Map.of());
                abuser.send(topic, abuser.device(number), new byte[] {0, 0, 0}, Map.of());
            }
        }
    }

    static void controlCharacters(Abuser abuser) {
        List<String> texts = List.of(
                "\n2026-01-01 ERROR a line of its own",
                "\r\n\r\n",
                "\u001b[2J\u001b[31m",
                "\u001b]0;title\u0007",
                "\u202egnirts",
                "\u0000",
                "\ud800");
        for (int number = 0; number < REPEATS; number++) {
            for (String text : texts) {
                String device = abuser.device(number);
                String id = "odd-" + number + text;
                abuser.send(abuser.command(id, device).build());
                abuser.send(abuser.command(id.strip() + "-requester", device)
                        .setRequester(text)
                        .build());
                abuser.send(abuser.poll(id, device).setVariable(text).build());
                abuser.send(abuser.cancellation(id, device).setRequester(text).build());
            }
        }
    }

    /** Trace and correlation headers that are none, absent, or not text. */
    static void oddHeaders(Abuser abuser) {
        List<byte[]> values = List.of(
                new byte[0],
                new byte[] {(byte) 0xff, (byte) 0xfe, 0, 10, 13},
                "00-00000000000000000000000000000000-0000000000000000-00".getBytes(StandardCharsets.UTF_8),
                "\r\nX-Injected: yes".getBytes(StandardCharsets.UTF_8),
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".getBytes(StandardCharsets.UTF_8));
        for (int number = 0; number < REPEATS; number++) {
            for (byte[] value : values) {
                String device = abuser.device(number);
                String id = "header-" + number + "-" + values.indexOf(value);
                abuser.send(
                        Abuser.COMMANDS,
                        device,
                        abuser.bytes(Abuser.COMMANDS, abuser.command(id, device).build()),
                        Map.of(
                                "traceparent", value,
                                "tracestate", value,
                                "correlation-id", value,
                                "reply-to", value,
                                "kafka_replyPartition", value));
            }
        }
    }

    private static List<String> everyTopic() {
        return List.of(Abuser.COMMANDS, Abuser.POLLS, Abuser.TOPICS.cancellations(), Abuser.TOPICS.attempts());
    }
}
