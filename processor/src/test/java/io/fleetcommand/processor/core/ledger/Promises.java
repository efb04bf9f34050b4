package io.fleetcommand.processor.core.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.processor.core.request.Action;
import io.fleetcommand.processor.core.request.ReplyTo;
import io.fleetcommand.processor.core.request.Request;
import io.fleetcommand.processor.core.request.Status;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The guarantees for one request, each of which asserts itself. */
interface Promises {
    /**
     * All that is known about one request at the end of a run.
     *
     * @param requestAddresses the reply address of each copy of the request
     * @param resultAddresses each address to which its result was sent, once for each time
     * @param runs how often the device ran it
     * @param uncertain how many calls ended, or were lost, without it being known whether they ran
     * @param snapshots how often the value that its call read was published
     * @param origin the origin of the value in its result
     */
    record History(
            Request request,
            List<ReplyTo> requestAddresses,
            List<ReplyTo> resultAddresses,
            List<Result> committed,
            int calls,
            int runs,
            int uncertain,
            int snapshots,
            Optional<World.ReadValue> origin) {
        Result result() {
            return committed.get(0);
        }

        boolean isOwnValue() {
            return origin.filter(read -> read.key().equals(request.key())).isPresent();
        }
    }

    void holdFor(History history);

    static List<Promises> all() {
        return List.of(
                Promises::exactlyOneResult,
                Promises::everyCallerGetsTheResultAtItsAddress,
                Promises::atMostOnceRunsAtMostOnce,
                Promises::succeededMeansItRan,
                Promises::aResultThatDeniesARunIsTrue,
                Promises::noSecondRunWithoutCause,
                Promises::aCoalescedValueIsAsFreshAsThePollWants,
                Promises::oneSnapshotOfEachCallThatReadAValue);
    }

    private static void exactlyOneResult(History history) {
        assertThat(history.committed()).as("committed results").hasSize(1);
    }

    /** All addresses up to the bound; above it the first and the last. Each further copy needs a further request. */
    private static void everyCallerGetsTheResultAtItsAddress(History history) {
        List<ReplyTo> requestAddresses = history.requestAddresses();
        Set<ReplyTo> addresses =
                requestAddresses.stream().filter(ReplyTo::isGiven).collect(Collectors.toSet());
        Set<ReplyTo> certain = addresses.size() <= LedgerEntry.MAX_ADDRESSES
                ? addresses
                : Stream.of(requestAddresses.get(0), requestAddresses.get(requestAddresses.size() - 1))
                        .collect(Collectors.toSet());
        for (ReplyTo address : addresses) {
            assertThat(Collections.frequency(history.resultAddresses(), address))
                    .as("copies for %s", address)
                    .isBetween(certain.contains(address) ? 1 : 0, Collections.frequency(requestAddresses, address));
        }
    }

    private static void atMostOnceRunsAtMostOnce(History history) {
        if (history.request().atMostOnce()) {
            assertThat(history.runs()).as("runs of an AT_MOST_ONCE command").isLessThanOrEqualTo(1);
        }
    }

    private static void succeededMeansItRan(History history) {
        if (history.result().status() == Status.SUCCEEDED) {
            assertThat(history.origin()).as("where the value came from").isPresent();
            if (history.isOwnValue()) {
                assertThat(history.runs()).as("runs of a SUCCEEDED request").isPositive();
            } else {
                assertThat(history.request().isCommand())
                        .as("a command with another's value")
                        .isFalse();
            }
        }
    }

    private static void aCoalescedValueIsAsFreshAsThePollWants(History history) {
        if (history.request().action() instanceof Action.Read read
                && history.origin().isPresent()) {
            Result result = history.result();
            long endedAtMs = history.origin().get().endedAtMs();
            assertThat(result.ageMs()).as("age").isEqualTo(result.finishedAtMs() - endedAtMs);
            if (!history.isOwnValue()) {
                assertThat(endedAtMs)
                        .as("end of the call that read the value")
                        .isGreaterThanOrEqualTo(result.timing().receivedAtMs() - read.maxAgeMs());
            }
        }
    }

    private static void oneSnapshotOfEachCallThatReadAValue(History history) {
        boolean read = !history.request().isCommand() && history.isOwnValue();
        assertThat(history.snapshots()).as("snapshots").isEqualTo(read ? 1 : 0);
    }

    private static void aResultThatDeniesARunIsTrue(History history) {
        switch (history.result().status()) {
            case REJECTED, EXPIRED, FAILED, CANCELLED ->
                assertThat(history.runs())
                        .as("runs of a %s request", history.result().status())
                        .isZero();
            default -> {
                // The other two say that it ran, or that this is unknown.
            }
        }
    }

    private static void noSecondRunWithoutCause(History history) {
        assertThat(history.runs())
                .as("runs, of which each but the last must have ended uncertain")
                .isLessThanOrEqualTo(history.uncertain() + 1);
    }
}
