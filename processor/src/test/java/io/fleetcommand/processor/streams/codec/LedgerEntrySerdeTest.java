package io.fleetcommand.processor.streams.codec;

import static io.fleetcommand.processor.core.request.Requests.command;
import static io.fleetcommand.processor.core.request.Requests.key;
import static io.fleetcommand.processor.core.request.Requests.poll;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fleetcommand.processor.core.ledger.Attempts;
import io.fleetcommand.processor.core.ledger.LedgerEntry;
import io.fleetcommand.processor.core.ledger.RequestPhase;
import io.fleetcommand.processor.core.ledger.RequestTiming;
import io.fleetcommand.processor.core.ledger.Result;
import io.fleetcommand.processor.core.ledger.Termination;
import io.fleetcommand.processor.core.request.Action;
import io.fleetcommand.processor.core.request.Asker;
import io.fleetcommand.processor.core.request.Fingerprint;
import io.fleetcommand.processor.core.request.Priority;
import io.fleetcommand.processor.core.request.Reason;
import io.fleetcommand.processor.core.request.ReplyTo;
import io.fleetcommand.processor.core.request.Request;
import io.fleetcommand.processor.core.request.Status;
import io.fleetcommand.processor.core.request.Value;
import java.nio.charset.StandardCharsets;
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

class LedgerEntrySerdeTest {
    private static final RequestTiming TIMING = new RequestTiming(1, 2, 3, 4);
    private static final Attempts ATTEMPTS = new Attempts(
            3,
            new TreeMap<>(Map.of(1, "epoch-a", 3, "epoch-b")),
            2,
            1,
            77,
            new Attempts.LastCall(Reason.CLOUD_FAILURE, "502 with a page of HTML", 502));

    /** When it was answered it waited no longer. */
    private static final RequestTiming ENDED = new RequestTiming(1, 99, 3, 4);

    private static final Result ANSWER = rejected(ENDED);

    private static Result rejected(RequestTiming timing) {
        String detail = "404 Function not found";
        return new Result(Status.REJECTED, Reason.FUNCTION_NOT_FOUND, detail, Value.NONE, 404, 1, timing, 77, 99, 0);
    }

    static Stream<LedgerEntry> entries() {
        Request everything = command("id")
                .atMostOnce()
                .in(Priority.URGENT)
                .notBefore(9)
                .trying(4)
                .replyingTo(new ReplyTo(
                        "replies", 3, List.of(new ReplyTo.Header("correlation-id", new byte[] {0, -1}))))
                .made();
        return Stream.of(
                entry(Optional.of(everything), RequestPhase.READY, Optional.empty()),
                entry(Optional.of(poll("id").made()), RequestPhase.CLAIMING, Optional.empty()),
                entry(Optional.empty(), RequestPhase.CALLED, Optional.empty()),
                entry(
                        Optional.of(everything),
                        RequestPhase.TERMINATING,
                        Optional.of(new Termination(Status.EXPIRED, Reason.DEADLINE_PASSED))),
                entry(Optional.empty(), RequestPhase.READY, Optional.empty()));
    }

    static Stream<RequestIndexEntry> indexEntries() {
        return Stream.of(
                new RequestIndexEntry.Pending(Bytes.wrap(new byte[] {0, -1, 7})),
                new RequestIndexEntry.Unread(entry(Optional.empty(), RequestPhase.CALLED, Optional.empty())),
                answered(Value.NONE),
                answered(new Value.Whole(Long.MIN_VALUE)),
                answered(new Value.Fraction(0.5)),
                answered(new Value.Truth(false)),
                answered(new Value.Text("")),
                new RequestIndexEntry.Final(Optional.of(new Fingerprint(Long.MIN_VALUE, -1)), ANSWER),
                new RequestIndexEntry.Final(Optional.empty(), ANSWER));
    }

    @ParameterizedTest
    @MethodSource("entries")
    void givesBackWhatWasStored(LedgerEntry entry) {
        Serde<LedgerEntry> serde = LedgerEntrySerde.serde();
        byte[] bytes = serde.serializer().serialize("store", entry);
        assertThat(serde.deserializer().deserialize("store", bytes)).isEqualTo(entry);
    }

    @ParameterizedTest
    @MethodSource("indexEntries")
    void indexEntriesSurviveARoundTrip(RequestIndexEntry indexEntry) {
        assertThat(refiled(indexEntry)).isEqualTo(indexEntry);
    }

    private static RequestIndexEntry refiled(RequestIndexEntry indexEntry) {
        Serde<RequestIndexEntry> serde = LedgerEntrySerde.indexEntries();
        return serde.deserializer().deserialize("store", serde.serializer().serialize("store", indexEntry));
    }

    @Test
    void saysThatAnEntryIsUnreadable() {
        assertThatThrownBy(() -> LedgerEntrySerde.serde().deserializer().deserialize("store", new byte[] {1, 2, 3}))
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
        RequestTiming timing = new RequestTiming(1_764_322_000_123L, 1_764_322_000_623L, 10, 120);
        Result success = new Result(
                Status.SUCCEEDED, Reason.NONE, "", new Value.Whole(1), 200, 1, timing, 340, 1_764_322_000_623L, 0);
        Result failure = new Result(
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

    @Test
    void aTerminatingEntryKeepsTheNameThatEarlierBuildsGaveIt() {
        LedgerEntry terminating = entry(
                Optional.of(command("id").made()),
                RequestPhase.TERMINATING,
                Optional.of(new Termination(Status.EXPIRED, Reason.DEADLINE_PASSED)));

        byte[] stored = LedgerEntrySerde.serde().serializer().serialize("store", terminating);

        assertThat(new String(stored, StandardCharsets.ISO_8859_1))
                .contains("CLOSING")
                .doesNotContain("TERMINATING");
    }

    /** What a caller wrote is no part of it, however much it was: version 1 kept 283, 6,341, 796 and 6,854 bytes. */
    @ParameterizedTest
    @MethodSource("sizes")
    void theEntryOfAnAnsweredRequestIsSmall(Request request, Result result, int maxBytes) {
        RequestIndexEntry indexEntry = new RequestIndexEntry.Final(Optional.of(Fingerprint.of(request)), result);
        assertThat(LedgerEntrySerde.indexEntries().serializer().serialize("store", indexEntry))
                .hasSizeLessThanOrEqualTo(maxBytes);
    }

    private static RequestIndexEntry answered(Value value) {
        Result result = new Result(Status.SUCCEEDED, Reason.NONE, "", value, 200, 2, ENDED, 77, 99, 11);
        return new RequestIndexEntry.Final(Optional.of(Fingerprint.of(poll("id").made())), result);
    }

    private static LedgerEntry entry(Optional<Request> request, RequestPhase phase, Optional<Termination> termination) {
        List<Asker> others = request.isEmpty()
                ? List.of()
                : List.of(
                        new Asker(new ReplyTo("others", ReplyTo.ANY_PARTITION, List.of()), "t.others"),
                        new Asker(
                                new ReplyTo("", 7, List.of(new ReplyTo.Header("tracestate", new byte[] {1}))),
                                "t.commands"));
        return new LedgerEntry(
                key("id"),
                request,
                Optional.empty(),
                5,
                phase,
                6,
                ATTEMPTS,
                true,
                TIMING,
                termination,
                others,
                Optional.empty());
    }
}
