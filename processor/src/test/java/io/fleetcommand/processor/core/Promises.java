package io.fleetcommand.processor.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

/** What the system promises about one request, as objects that assert themselves. */
interface Promises {
    /**
     * All that is known of one request when everything has come to rest.
     *
     * @param runs how often the device ran it
     * @param uncertain how many calls ended, or were lost, in a way that leaves open whether they ran
     */
    record History(Request request, List<Answer> committed, int calls, int runs, int uncertain) {
        Answer answer() {
            return committed.get(0);
        }
    }

    void holdFor(History history);

    static List<Promises> all() {
        return List.of(
                Promises::exactlyOneAnswer,
                Promises::atMostOnceRunsAtMostOnce,
                Promises::succeededMeansItRan,
                Promises::whatIsSaidNotToHaveRunNeverRan,
                Promises::noSecondRunWithoutCause);
    }

    private static void exactlyOneAnswer(History history) {
        assertThat(history.committed()).as("committed answers").hasSize(1);
    }

    private static void atMostOnceRunsAtMostOnce(History history) {
        if (history.request().atMostOnce()) {
            assertThat(history.runs()).as("runs of an AT_MOST_ONCE command").isLessThanOrEqualTo(1);
        }
    }

    private static void succeededMeansItRan(History history) {
        if (history.answer().status() == Status.SUCCEEDED) {
            assertThat(history.runs()).as("runs of a SUCCEEDED request").isPositive();
        }
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
