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

/** What the system promises about one request, as objects that assert themselves. */
interface Promises {
    /**
     * All that is known of one request when everything has come to rest.
     *
     * @param asked from where it was asked for, each time
     * @param told where its answer was sent, each time
     * @param runs how often the device ran it
     * @param uncertain how many calls ended, or were lost, in a way that leaves open whether they ran
     * @param snapshots how often what its call had read was published
     * @param origin how the value of its answer came about
     */
    record History(
            Request request,
            List<ReplyTo> asked,
            List<ReplyTo> told,
            List<Result> committed,
            int calls,
            int runs,
            int uncertain,
            int snapshots,
            Optional<World.ReadValue> origin) {
        Result answer() {
            return committed.get(0);
        }

        boolean isOwnValue() {
            return origin.filter(read -> read.key().equals(request.key())).isPresent();
        }
    }

    void holdFor(History history);

    static List<Promises> all() {
        return List.of(
                Promises::exactlyOneAnswer,
                Promises::everyAskerIsToldAtItsAddress,
                Promises::atMostOnceRunsAtMostOnce,
                Promises::succeededMeansItRan,
                Promises::whatIsSaidNotToHaveRunNeverRan,
                Promises::noSecondRunWithoutCause,
                Promises::aSharedValueIsAsNewAsThePollWants,
                Promises::oneSnapshotOfEachCallThatAnswered);
    }

    private static void exactlyOneAnswer(History history) {
        assertThat(history.committed()).as("committed answers").hasSize(1);
    }

    /** Up to the bound; above it the first and the last. A further copy needs a further time of asking. */
    private static void everyAskerIsToldAtItsAddress(History history) {
        List<ReplyTo> asked = history.asked();
        Set<ReplyTo> addresses = asked.stream().filter(ReplyTo::isGiven).collect(Collectors.toSet());
        Set<ReplyTo> surely = addresses.size() <= LedgerEntry.MAX_ADDRESSES
                ? addresses
                : Stream.of(asked.get(0), asked.get(asked.size() - 1)).collect(Collectors.toSet());
        for (ReplyTo address : addresses) {
            assertThat(Collections.frequency(history.told(), address))
                    .as("copies for %s", address)
                    .isBetween(surely.contains(address) ? 1 : 0, Collections.frequency(asked, address));
        }
    }

    private static void atMostOnceRunsAtMostOnce(History history) {
        if (history.request().atMostOnce()) {
            assertThat(history.runs()).as("runs of an AT_MOST_ONCE command").isLessThanOrEqualTo(1);
        }
    }

    private static void succeededMeansItRan(History history) {
        if (history.answer().status() == Status.SUCCEEDED) {
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

    private static void aSharedValueIsAsNewAsThePollWants(History history) {
        if (history.request().action() instanceof Action.Read read
                && history.origin().isPresent()) {
            Result result = history.answer();
            long endedAtMs = history.origin().get().endedAtMs();
            assertThat(result.ageMs()).as("age").isEqualTo(result.finishedAtMs() - endedAtMs);
            if (!history.isOwnValue()) {
                assertThat(endedAtMs)
                        .as("end of the call that read the value")
                        .isGreaterThanOrEqualTo(result.timing().receivedAtMs() - read.maxAgeMs());
            }
        }
    }

    private static void oneSnapshotOfEachCallThatAnswered(History history) {
        boolean read = !history.request().isCommand() && history.isOwnValue();
        assertThat(history.snapshots()).as("snapshots").isEqualTo(read ? 1 : 0);
    }

    private static void whatIsSaidNotToHaveRunNeverRan(History history) {
        switch (history.answer().status()) {
            case REJECTED, EXPIRED, FAILED, CANCELLED ->
                assertThat(history.runs())
                        .as("runs of a %s request", history.answer().status())
                        .isZero();
            default -> {
                // Those two say that it ran, or that nobody knows.
            }
        }
    }

    private static void noSecondRunWithoutCause(History history) {
        assertThat(history.runs())
                .as("runs, of which each but the last must have ended uncertain")
                .isLessThanOrEqualTo(history.uncertain() + 1);
    }
}
