package io.fleetcommand.systemtest.bench.abuse;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.model.CommandResult;
import io.fleetcommand.model.FailedRequest;
import io.fleetcommand.model.Reason;
import io.fleetcommand.model.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AnswerTallyTest {
    private final AnswerTally tally = new AnswerTally();

    @Test
    void eachRecordIsCountedOnceWhetherItWasAnsweredOrSetAside() {
        tally.add(result("a", Status.SUCCEEDED, Reason.NONE));
        tally.add(result("b", Status.INVALID, Reason.OUT_OF_RANGE));
        tally.add(failed("b", Reason.OUT_OF_RANGE));
        tally.add(result("", Status.INVALID, Reason.UNREADABLE));
        tally.add(failed("", Reason.UNREADABLE));

        assertThat(tally.counts())
                .isEqualTo(Map.of("SUCCEEDED", 1L, "INVALID OUT_OF_RANGE", 1L, "set aside INVALID UNREADABLE", 1L));
    }

    @Test
    void afterAResetNothingIsCounted() {
        tally.add(result("a", Status.SUCCEEDED, Reason.NONE));
        tally.reset();

        assertThat(tally.counts()).isEmpty();
    }

    @Test
    void itIsQuietOnlyOnceNothingHasBeenCountedForAWhile() {
        tally.add(result("a", Status.SUCCEEDED, Reason.NONE));

        assertThat(tally.isQuietFor(Duration.ofHours(1))).isFalse();
        assertThat(tally.isQuietFor(Duration.ofNanos(-1))).isTrue();
    }

    private static CommandResult result(String id, Status status, Reason reason) {
        return CommandResult.newBuilder()
                .setRequestId(id)
                .setDeviceId("d")
                .setProduct("p")
                .setFunction("setLed")
                .setStatus(status)
                .setReason(reason)
                .setReceivedAt(Instant.EPOCH)
                .setFinishedAt(Instant.EPOCH)
                .build();
    }

    private static FailedRequest failed(String id, Reason reason) {
        return FailedRequest.newBuilder()
                .setRequestId(id)
                .setDeviceId("d")
                .setStatus(Status.INVALID)
                .setReason(reason)
                .setDetail("why")
                .setSourceTopic("abuse.commands")
                .setSourcePartition(0)
                .setFailedAt(Instant.EPOCH)
                .build();
    }
}
