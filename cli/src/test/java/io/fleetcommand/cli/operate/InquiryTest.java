package io.fleetcommand.cli.operate;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.model.AuditKind;
import io.fleetcommand.model.AuditRecord;
import io.fleetcommand.model.Status;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InquiryTest {
    @ParameterizedTest
    @CsvSource({"door-7, true", "d, true", "7, true", "oor, true", "door-8, false", "door-70, false", "x, false"})
    void findsAnIdAmongTheBytesOfAValue(String part, boolean found) {
        assertThat(Inquiry.contains(bytes("door-7"), bytes(part))).isEqualTo(found);
    }

    @Test
    void aRecordConcernsTheRequestItNamesAndTheOneItReplays() {
        assertThat(Inquiry.concerns(Failures.command("door-7").build(), "door-7"))
                .isTrue();
        assertThat(Inquiry.concerns(Failures.command("door-70").build(), "door-7"))
                .isFalse();
        assertThat(Inquiry.concerns(
                        Failures.command("door-7~r1").setReplayOf("door-7").build(), "door-7"))
                .isTrue();
        assertThat(Inquiry.concerns(Failures.record("door-7", Status.EXPIRED).build(), "door-7"))
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

        assertThat(Inquiry.concerns(audit, "door-7")).isTrue();
        assertThat(Inquiry.concerns(audit, "door-7~r1")).isTrue();
        assertThat(Inquiry.concerns(audit, "door-7~r2")).isFalse();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
