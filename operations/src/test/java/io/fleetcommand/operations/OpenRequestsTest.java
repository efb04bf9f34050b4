package io.fleetcommand.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.fleetcommand.model.CommandResult;
import io.fleetcommand.model.Reason;
import io.fleetcommand.model.Status;
import io.fleetcommand.operations.OpenRequests.Open;
import io.fleetcommand.processor.core.request.RequestKey;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OpenRequestsTest {
    private final OpenRequests requests = new OpenRequests(key -> key.deviceId().equals(Failures.DEVICE));
    private int taken;

    @Test
    void whatWasPublishedAndNotAnsweredIsOpen() {
        take(Failures.command("answered").build());
        take(Failures.command("open").build());
        take(Failures.poll("poll").build());
        take(Failures.command("open").build());
        take(result("answered", Status.EXPIRED));

        assertThat(requests.open())
                .extracting(Open::requestId, Open::name)
                .containsExactly(tuple("open", "unlock"), tuple("poll", "temperature"));
    }

    @Test
    void anotherDevicesRequestsAreNotMeant() {
        take(Failures.command("other").setDeviceId("another").build());

        assertThat(requests.open()).isEmpty();
    }

    @Test
    void aConflictDoesNotAnswerTheRequestThatHasTheId() {
        take(Failures.command("open").build());
        take(result("open", Status.CONFLICT));

        assertThat(requests.open()).extracting(Open::requestId).containsExactly("open");
    }

    @Test
    void whatCameByAnotherPartitionDoesNotAnswerTheRequestThatHasTheId() {
        take(Failures.command("open").build());
        take(CommandResult.newBuilder((CommandResult) result("open", Status.INVALID))
                .setReason(Reason.WRONG_PARTITION)
                .build());

        assertThat(requests.open()).extracting(Open::requestId).containsExactly("open");
    }

    @ParameterizedTest
    @CsvSource({
        "INVALID, REPLY_TOPIC_REFUSED",
        "INVALID, OUT_OF_RANGE",
        "INVALID, INTERNAL_ERROR",
        "REJECTED, POLICY",
        "REJECTED, OVERLOADED",
        "CONFLICT, ID_REUSED"
    })
    void aSecondRecordThatIsRefusedAtFirstSightDoesNotAnswerTheFirst(Status status, Reason reason) {
        take(Failures.command("open").build());
        RecordLocation second = take(Failures.command("open").build());
        take(refusal("open", status, reason));
        take(failed("open", status, reason, second));

        assertThat(requests.open()).extracting(Open::requestId).containsExactly("open");
        assertThat(requests.end(new RequestKey(Failures.DEVICE, "open"))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"INVALID, REPLY_TOPIC_REFUSED", "REJECTED, OVERLOADED"})
    void whatWasRefusedAtFirstSightIsNotOpenUntilItIsPublishedAgain(Status status, Reason reason) {
        RecordLocation first = take(Failures.command("refused").build());
        take(refusal("refused", status, reason));
        take(failed("refused", status, reason, first));
        assertThat(requests.open()).isEmpty();

        take(Failures.command("refused").build());
        assertThat(requests.open()).extracting(Open::requestId).containsExactly("refused");
    }

    @Test
    void whatTheCloudRejectedHasItsEnd() {
        take(Failures.command("rejected").build());
        take(refusal("rejected", Status.REJECTED, Reason.FUNCTION_NOT_FOUND));

        assertThat(requests.open()).isEmpty();
        assertThat(requests.end(new RequestKey(Failures.DEVICE, "rejected"))).contains(Status.REJECTED);
    }

    private RecordLocation take(SpecificRecord record) {
        FoundRecord found = new FoundRecord("fleet.commands", 3, taken++, Failures.FAILED_AT, record);
        requests.take(found);
        return found.place();
    }

    private static SpecificRecord refusal(String id, Status status, Reason reason) {
        return CommandResult.newBuilder((CommandResult) result(id, status))
                .setReason(reason)
                .build();
    }

    private static SpecificRecord failed(String id, Status status, Reason reason, RecordLocation source) {
        return Failures.record(id, status)
                .setReason(reason)
                .setSourcePartition(source.partition())
                .setSourceOffset(source.offset())
                .build();
    }

    private static SpecificRecord result(String id, Status status) {
        return (SpecificRecord)
                Failures.failure(Failures.command(id).build(), status).record().getAnswer();
    }
}
