package io.fleetcommand.processor.streams;

import static io.fleetcommand.processor.core.Requests.command;
import static io.fleetcommand.processor.core.Requests.key;
import static io.fleetcommand.processor.core.Requests.poll;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fleetcommand.processor.core.Action;
import io.fleetcommand.processor.core.Answer;
import io.fleetcommand.processor.core.Asker;
import io.fleetcommand.processor.core.Attempts;
import io.fleetcommand.processor.core.Closing;
import io.fleetcommand.processor.core.Entry;
import io.fleetcommand.processor.core.Fingerprint;
import io.fleetcommand.processor.core.Lane;
import io.fleetcommand.processor.core.Phase;
import io.fleetcommand.processor.core.Reason;
import io.fleetcommand.processor.core.ReplyTo;
import io.fleetcommand.processor.core.Request;
import io.fleetcommand.processor.core.Status;
import io.fleetcommand.processor.core.Timing;
import io.fleetcommand.processor.core.Value;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.utils.Bytes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class EntrySerdeTest {
    private static final Timing TIMING = new Timing(1, 2, 3, 4);
    private static final Attempts ATTEMPTS = new Attempts(
            3,
            new TreeMap<>(Map.of(1, "epoch-a", 3, "epoch-b")),
            2,
            1,
            77,
            new Attempts.LastCall(Reason.CLOUD_FAILURE, "502 with a page of HTML", 502));

    /** When it was answered it waited no longer. */
    private static final Timing ENDED = new Timing(1, 99, 3, 4);

    private static final Answer ANSWER = rejected(ENDED);

    private static Answer rejected(Timing timing) {
        String detail = "404 Function not found";
        return new Answer(Status.REJECTED, Reason.FUNCTION_NOT_FOUND, detail, Value.NONE, 404, 1, timing, 77, 99, 0);
    }

    static Stream<Entry> entries() {
        Request everything = command("id")
                .atMostOnce()
                .in(Lane.URGENT)
                .notBefore(9)
                .trying(4)
                .replyingTo(new ReplyTo(
                        "replies", 3, List.of(new ReplyTo.Header("correlation-id", new byte[] {0, -1}))))
                .made();
        return Stream.of(
                entry(Optional.of(everything), Phase.READY, Optional.empty()),
                entry(Optional.of(poll("id").made()), Phase.CLAIMING, Optional.empty()),
                entry(Optional.empty(), Phase.CALLED, Optional.empty()),
                entry(
                        Optional.of(everything),
                        Phase.CLOSING,
                        Optional.of(new Closing(Status.EXPIRED, Reason.DEADLINE_PASSED))),
                entry(Optional.empty(), Phase.READY, Optional.empty()));
    }

    static Stream<Filing> filings() {
        return Stream.of(
                new Filing.Open(Bytes.wrap(new byte[] {0, -1, 7})),
                new Filing.Unread(entry(Optional.empty(), Phase.CALLED, Optional.empty())),
                answered(Value.NONE),
                answered(new Value.Whole(Long.MIN_VALUE)),
                answered(new Value.Fraction(0.5)),
                answered(new Value.Truth(false)),
                answered(new Value.Text("")),
                new Filing.Answered(Optional.of(new Fingerprint(Long.MIN_VALUE, -1)), ANSWER),
                new Filing.Answered(Optional.empty(), ANSWER));
    }

    @ParameterizedTest
    @MethodSource("entries")
    void givesBackWhatWasStored(Entry entry) {
        Serde<Entry> serde = EntrySerde.serde();
        byte[] bytes = serde.serializer().serialize("store", entry);
        assertThat(serde.deserializer().deserialize("store", bytes)).isEqualTo(entry);
    }

    @ParameterizedTest
    @MethodSource("filings")
    void givesBackWhatWasFiled(Filing filing) {
        assertThat(refiled(filing)).isEqualTo(filing);
    }

    private static Filing refiled(Filing filing) {
        Serde<Filing> serde = EntrySerde.filings();
        return serde.deserializer().deserialize("store", serde.serializer().serialize("store", filing));
    }

    @Test
    void saysThatAnEntryIsUnreadable() {
        assertThatThrownBy(() -> EntrySerde.serde().deserializer().deserialize("store", new byte[] {1, 2, 3}))
                .hasMessageContaining("a ledger entry cannot be read");
    }

    static Stream<Arguments> sizes() {
        ReplyTo replyTo = new ReplyTo(
                "r".repeat(200),
                3,
                Stream.of("correlation-id", "kafka_correlationId", "traceparent", "tracestate")
                        .map(name -> new ReplyTo.Header(name, new byte[1_024]))
                        .toList());
        Request typical = command("4b0c8f0e-6a2b-4b57-9f83-2f1a4c7d9e01")
                .asking(new Action.Call("setRelay", "3,on"))
                .from("billing")
                .made();
        Request largest = command("i".repeat(200))
                .asking(new Action.Call("f".repeat(64), "a".repeat(1_024)))
                .from("q".repeat(200))
                .replaying("o".repeat(200))
                .replyingTo(replyTo)
                .made();
        Timing timing = new Timing(1_764_322_000_123L, 1_764_322_000_623L, 10, 120);
        Answer success = new Answer(
                Status.SUCCEEDED, Reason.NONE, "", new Value.Whole(1), 200, 1, timing, 340, 1_764_322_000_623L, 0);
        Answer failure = new Answer(
                Status.OUTCOME_UNKNOWN,
                Reason.DEVICE_UNREACHABLE,
                "x".repeat(200),
                Value.NONE,
                408,
                3,
                timing,
                90_340,
                1_764_322_500_000L,
                0);
        return Stream.of(
                Arguments.of(typical, success, 70),
                Arguments.of(largest, success, 70),
                Arguments.of(typical, failure, 290),
                Arguments.of(largest, failure, 290));
    }

    /** What a caller wrote is no part of it, however much it was: version 1 kept 283, 6,341, 796 and 6,854 bytes. */
    @ParameterizedTest
    @MethodSource("sizes")
    void littleIsKeptOfAnAnsweredRequest(Request request, Answer answer, int most) {
        Filing filing = new Filing.Answered(Optional.of(Fingerprint.of(request)), answer);
        assertThat(EntrySerde.filings().serializer().serialize("store", filing)).hasSizeLessThanOrEqualTo(most);
    }

    private static Filing answered(Value value) {
        Answer answer = new Answer(Status.SUCCEEDED, Reason.NONE, "", value, 200, 2, ENDED, 77, 99, 11);
        return new Filing.Answered(Optional.of(Fingerprint.of(poll("id").made())), answer);
    }

    private static Entry entry(Optional<Request> request, Phase phase, Optional<Closing> closing) {
        List<Asker> others = request.isEmpty()
                ? List.of()
                : List.of(
                        new Asker(new ReplyTo("others", ReplyTo.ANY_PARTITION, List.of()), "t.others"),
                        new Asker(
                                new ReplyTo("", 7, List.of(new ReplyTo.Header("tracestate", new byte[] {1}))),
                                "t.commands"));
        return new Entry(
                key("id"),
                request,
                Optional.empty(),
                5,
                phase,
                6,
                ATTEMPTS,
                true,
                TIMING,
                closing,
                others,
                Optional.empty());
    }
}
