package io.fleetcommand.processor.streams;

import static io.fleetcommand.processor.core.Requests.command;
import static io.fleetcommand.processor.core.Requests.poll;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fleetcommand.processor.core.Answer;
import io.fleetcommand.processor.core.Attempts;
import io.fleetcommand.processor.core.Closing;
import io.fleetcommand.processor.core.Entry;
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
                entry(Optional.of(everything), Phase.READY, Optional.empty(), Optional.empty()),
                entry(Optional.of(poll("id").made()), Phase.CLAIMING, Optional.empty(), Optional.empty()),
                entry(Optional.empty(), Phase.CALLED, Optional.empty(), Optional.empty()),
                entry(
                        Optional.of(everything),
                        Phase.CLOSING,
                        Optional.of(new Closing(Status.EXPIRED, Reason.DEADLINE_PASSED)),
                        Optional.empty()),
                answered(Value.NONE),
                answered(new Value.Whole(-1)),
                answered(new Value.Fraction(0.5)),
                answered(new Value.Truth(false)),
                answered(new Value.Text("")));
    }

    @ParameterizedTest
    @MethodSource("entries")
    void givesBackWhatWasStored(Entry entry) {
        Serde<Entry> serde = EntrySerde.serde();
        byte[] bytes = serde.serializer().serialize("store", entry);
        assertThat(serde.deserializer().deserialize("store", bytes)).isEqualTo(entry);
    }

    @ParameterizedTest
    @MethodSource("entries")
    void givesBackWhatWasFiled(Entry entry) {
        assertThat(refiled(new Filing.Settled(entry))).isEqualTo(new Filing.Settled(entry));
    }

    @Test
    void givesBackWhereAnEntryStands() {
        Filing filing = new Filing.Open(Bytes.wrap(new byte[] {0, -1, 7}));
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

    private static Entry answered(Value value) {
        Answer answer =
                new Answer(Status.SUCCEEDED, Reason.NONE, "cancelled too late", value, 200, 2, TIMING, 77, 99, 11);
        return entry(Optional.of(poll("id").made()), Phase.ANSWERED, Optional.empty(), Optional.of(answer));
    }

    private static Entry entry(
            Optional<Request> request, Phase phase, Optional<Closing> closing, Optional<Answer> answer) {
        return new Entry("id", request, 5, phase, 6, ATTEMPTS, true, TIMING, closing, answer);
    }
}
