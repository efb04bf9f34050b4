package io.fleetcommand.systemtest.bench.abuse;

import io.fleetcommand.model.AttemptEvent;
import io.fleetcommand.model.Claimed;
import io.fleetcommand.model.QuotaDemand;
import io.fleetcommand.model.QuotaNotice;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.avro.specific.SpecificRecord;

/** Values that are no records of their topic, or claim to be more than they are. */
final class MalformedRecords {
    /** Lengths of 2^31, 2^31 - 1, 10^9 and -2^63, as Avro writes them. */
    private static final List<byte[]> LENGTHS =
            List.of(hex("8080808010"), hex("FEFFFFFF0F"), hex("80A8D6B907"), hex("FFFFFFFFFFFFFFFFFF01"));

    /** More than there are partitions, so that each gets some. */
    private static final int KEYS = 36;

    private static final int MUTATIONS = 10_000;
    private static final int WIRE_PREFIX = 5;

    private MalformedRecords() {}

    static void claimedLengthsInCommands(Abuser abuser) {
        claimedLengths(
                abuser,
                Abuser.COMMANDS,
                abuser.command("claimed", abuser.device(0)).build());
    }

    static void claimedLengthsInPolls(Abuser abuser) {
        claimedLengths(
                abuser, Abuser.POLLS, abuser.poll("claimed", abuser.device(0)).build());
    }

    static void claimedLengthsInCancellations(Abuser abuser) {
        claimedLengths(
                abuser,
                Abuser.TOPICS.cancellations(),
                abuser.cancellation("claimed", abuser.device(0)).build());
    }

    static void claimedLengthsInJournal(Abuser abuser) {
        claimedLengths(abuser, Abuser.TOPICS.attempts(), event("claimed"));
    }

    static void claimedLengthsInQuotaNotices(Abuser abuser) {
        claimedLengths(abuser, Abuser.TOPICS.quota(), notice());
    }

    /** Behind the schema id, and behind one, two and ten good bytes. */
    private static void claimedLengths(Abuser abuser, String topic, SpecificRecord good) {
        int id = Abuser.schemaId(abuser.bytes(topic, good));
        byte[] body = abuser.body(topic, good);
        for (int key = 0; key < KEYS; key++) {
            for (byte[] length : LENGTHS) {
                for (int kept : List.of(0, 1, 2, 10)) {
                    byte[] claim = joined(Arrays.copyOf(body, Math.min(kept, body.length)), length);
                    abuser.send(topic, abuser.device(key), Abuser.wire(id, claim), Map.of());
                }
            }
        }
    }

    /** Commands that are cut off behind their schema id. */
    static void unreadable(Abuser abuser, long count) {
        int id = Abuser.schemaId(abuser.bytes(
                Abuser.COMMANDS, abuser.command("cut-off", abuser.device(0)).build()));
        for (int number = 0; number < count; number++) {
            abuser.send(Abuser.COMMANDS, abuser.device(number), Abuser.wire(id, new byte[0]), Map.of());
        }
    }

    static void mutations(Abuser abuser) {
        for (int number = 0; number < MUTATIONS; number++) {
            String id = "mutated-" + number;
            String device = abuser.device(number);
            switch (number % 4) {
                case 0 ->
                    mutated(
                            abuser,
                            Abuser.COMMANDS,
                            device,
                            abuser.command(id, device).build());
                case 1 ->
                    mutated(
                            abuser,
                            Abuser.POLLS,
                            device,
                            abuser.poll(id, device).build());
                case 2 ->
                    mutated(
                            abuser,
                            Abuser.TOPICS.cancellations(),
                            device,
                            abuser.cancellation(id, device).build());
                default -> mutated(abuser, Abuser.TOPICS.attempts(), id, event(id));
            }
        }
    }

    private static void mutated(Abuser abuser, String topic, String key, SpecificRecord good) {
        byte[] value = abuser.bytes(topic, good);
        Random random = abuser.random();
        for (int times = random.nextInt(4); times >= 0; times--) {
            value = mutated(value, random);
        }
        abuser.send(topic, key, value, Map.of());
    }

    private static byte[] mutated(byte[] value, Random random) {
        if (value.length <= WIRE_PREFIX) {
            return value;
        }
        int at = WIRE_PREFIX + random.nextInt(value.length - WIRE_PREFIX);
        byte[] head = Arrays.copyOf(value, at);
        byte[] tail = Arrays.copyOfRange(value, at, value.length);
        return switch (random.nextInt(6)) {
            case 0 -> {
                byte[] flipped = value.clone();
                flipped[at] ^= (byte) (1 << random.nextInt(Byte.SIZE));
                yield flipped;
            }
            case 1 -> {
                byte[] other = value.clone();
                other[at] = (byte) random.nextInt();
                yield other;
            }
            case 2 -> head;
            case 3 -> joined(head, LENGTHS.get(random.nextInt(LENGTHS.size())), tail);
            case 4 -> joined(head, tail, tail);
            default ->
                joined(head, Arrays.copyOfRange(tail, Math.min(tail.length, 1 + random.nextInt(8)), tail.length));
        };
    }

    private static AttemptEvent event(String id) {
        return AttemptEvent.newBuilder()
                .setRequestId(id)
                .setDeviceId(String.format("%024x", 1))
                .setAttempt(1)
                .setEpoch("abuser")
                .setInstance("abuser")
                .setEvent(Claimed.newBuilder().setClaimedAt(Instant.now()).build())
                .build();
    }

    private static QuotaNotice notice() {
        return QuotaNotice.newBuilder()
                .setNotice(QuotaDemand.newBuilder()
                        .setInstance("abuser")
                        .setUntil(Instant.now())
                        .build())
                .build();
    }

    static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }
}
