package io.fleetcommand.cli.operate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.fleetcommand.cli.operate.OpenRequests.Open;
import io.fleetcommand.model.CommandResult;
import io.fleetcommand.model.Reason;
import io.fleetcommand.model.Status;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;

class OpenRequestsTest {
    private final OpenRequests requests = new OpenRequests(Failures.DEVICE);

    @Test
    void whatWasPublishedAndNotAnsweredIsOpen() {
        requests.take(Failures.command("answered").build());
        requests.take(Failures.command("open").build());
        requests.take(Failures.poll("poll").build());
        requests.take(Failures.command("open").build());
        requests.take(result("answered", Status.EXPIRED));

        assertThat(requests.open())
                .extracting(Open::requestId, Open::name)
                .containsExactly(tuple("open", "unlock"), tuple("poll", "temperature"));
    }

    @Test
    void anotherDevicesRequestsAreNotMeant() {
        requests.take(Failures.command("other").setDeviceId("another").build());

        assertThat(requests.open()).isEmpty();
    }

    @Test
    void aConflictDoesNotAnswerTheRequestThatHasTheId() {
        requests.take(Failures.command("open").build());
        requests.take(result("open", Status.CONFLICT));

        assertThat(requests.open()).extracting(Open::requestId).containsExactly("open");
    }

    @Test
    void whatCameByAnotherPartitionDoesNotAnswerTheRequestThatHasTheId() {
        requests.take(Failures.command("open").build());
        requests.take(CommandResult.newBuilder((CommandResult) result("open", Status.INVALID))
                .setReason(Reason.WRONG_PARTITION)
                .build());

        assertThat(requests.open()).extracting(Open::requestId).containsExactly("open");
    }

    private static SpecificRecord result(String id, Status status) {
        return (SpecificRecord)
                Failures.failure(Failures.command(id).build(), status).record().getAnswer();
    }
}
