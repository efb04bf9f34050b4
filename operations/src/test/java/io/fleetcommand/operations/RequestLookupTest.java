package io.fleetcommand.operations;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.model.AttemptEvent;
import io.fleetcommand.model.AuditKind;
import io.fleetcommand.model.AuditRecord;
import io.fleetcommand.model.Claimed;
import io.fleetcommand.model.Status;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestLookupTest {
    @ParameterizedTest
    @CsvSource({"door-7, true", "d, true", "7, true", "oor, true", "door-8, false", "door-70, false", "x, false"})
    void findsAnIdAmongTheBytesOfAValue(String part, boolean found) {
        assertThat(RequestLookup.contains(bytes("door-7"), bytes(part))).isEqualTo(found);
    }

    @Test
    void aRecordConcernsTheRequestItNamesAndTheOneItReplays() {
        assertThat(RequestLookup.concerns(Failures.command("door-7").build(), "door-7", Optional.empty()))
                .isTrue();
        assertThat(RequestLookup.concerns(Failures.command("door-70").build(), "door-7", Optional.empty()))
                .isFalse();
        assertThat(RequestLookup.concerns(
                        Failures.command("door-7~r1").setReplayOf("door-7").build(), "door-7", Optional.empty()))
                .isTrue();
        assertThat(RequestLookup.concerns(
                        Failures.record("door-7", Status.EXPIRED).build(), "door-7", Optional.empty()))
                .isTrue();
    }

    @Test
    void anAuditRecordConcernsBothRequestsItNames() {
        AuditRecord audit = AuditRecord.newBuilder()
                .setKind(AuditKind.REPLAY)
                .setActor("ann")
                .setAt(Failures.FAILED_AT)
                .setRequestId("door-7")
                .setNewRequestId("door-7~r1")
                .build();

        assertThat(RequestLookup.concerns(audit, "door-7", Optional.empty())).isTrue();
        assertThat(RequestLookup.concerns(audit, "door-7~r1", Optional.empty())).isTrue();
        assertThat(RequestLookup.concerns(audit, "door-7~r2", Optional.empty())).isFalse();
    }

    @Test
    void theSameIdAtAnotherDeviceIsNotMeantWhereTheDeviceIsNamed() {
        SpecificRecord here = Failures.command("door-7").build();
        SpecificRecord there = Failures.command("door-7").setDeviceId("another").build();
        SpecificRecord capitals = Failures.command("door-7")
                .setDeviceId(Failures.DEVICE.toUpperCase(Locale.ROOT))
                .build();
        AttemptEvent older = new AttemptEvent("door-7", "", 1, "epoch", "", new Claimed(Failures.FAILED_AT));

        assertThat(List.of(here, there, capitals, older))
                .filteredOn(record -> RequestLookup.concerns(record, "door-7", Optional.of(Failures.DEVICE)))
                .containsExactly(here, capitals, older);
        assertThat(List.of(here, there, capitals, older))
                .allMatch(record -> RequestLookup.concerns(record, "door-7", Optional.empty()));
    }

    @Test
    void tellsAtWhichDevicesAnIdIsUsed() {
        List<FoundRecord> found = Stream.of(
                        Failures.command("door-7").build(),
                        Failures.poll("door-7").setDeviceId("another").build(),
                        Failures.command("door-7~r1")
                                .setDeviceId("third")
                                .setReplayOf("door-7")
                                .build(),
                        Failures.command("door-7")
                                .setDeviceId(Failures.DEVICE.toUpperCase(Locale.ROOT))
                                .build(),
                        new AttemptEvent("door-7", "", 1, "epoch", "", new Claimed(Failures.FAILED_AT)))
                .map(record -> new FoundRecord("topic", 0, 0, Failures.FAILED_AT, record))
                .toList();

        assertThat(RequestLookup.devices("door-7", found)).containsExactly("another", Failures.DEVICE);
        assertThat(RequestLookup.devices("door-7~r1", found)).containsExactly("third");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
