package io.fleetcommand.processor.dispatch;

import static io.fleetcommand.processor.core.request.Requests.key;
import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.processor.core.ledger.JournalEvent;
import io.fleetcommand.processor.core.ledger.Outcome;
import io.fleetcommand.processor.core.ledger.Outcomes;
import io.fleetcommand.processor.core.ports.CallLimiter;
import io.fleetcommand.processor.core.ports.Permit;
import io.fleetcommand.processor.core.request.Priority;
import io.fleetcommand.processor.core.request.Request;
import io.fleetcommand.processor.core.request.Requests;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CallDispatcherTest {
    private final AtomicLong nowMs = new AtomicLong(1_000);
    private final Map<String, Consumer<Outcome>> sent = new HashMap<>();
    private final List<String> order = new ArrayList<>();
    private final List<JournalEvent> journal = new ArrayList<>();
    private final OneByOne gate = new OneByOne();
    /** A timer that never comes round by itself: the test looks again when it wants to. */
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);

    private final CallDispatcher caller = new CallDispatcher(
            (request, done) -> {
                order.add(request.id());
                sent.put(request.id(), done);
            },
            (partition, event) -> journal.add(event),
            gate,
            timer,
            () -> Instant.ofEpochMilli(nowMs.get()));

    @AfterEach
    void end() {
        timer.shutdownNow();
    }

    @Test
    void aCallThatTheQuotaHasRoomForIsSentAtOnce() {
        gate.free = 1;
        start(Requests.command("c1").made());
        assertThat(order).containsExactly("c1");
    }

    @Test
    void itsOutcomeFreesTheSlotAndIsJournaled() {
        gate.free = 1;
        start(Requests.command("c1").made());
        Outcome outcome = Outcomes.of(Outcome.Kind.DONE);
        sent.get("c1").accept(outcome);
        assertThat(gate.ended).isEqualTo(1);
        assertThat(journal).containsExactly(new JournalEvent.Finished(key("c1"), 1, "mine", outcome, 0, 1_000));
    }

    @Test
    void aHeldCallIsSentWhenTheQuotaHasRoomAndSaysHowLongItWaited() {
        start(Requests.command("c1").made());
        assertThat(order).isEmpty();
        nowMs.addAndGet(700);
        gate.free = 1;
        caller.sendDue();
        assertThat(order).containsExactly("c1");
        sent.get("c1").accept(Outcomes.of(Outcome.Kind.DONE));
        assertThat(journal)
                .singleElement()
                .isInstanceOfSatisfying(
                        JournalEvent.Finished.class,
                        end -> assertThat(end.heldMs()).isEqualTo(700));
    }

    @Test
    void theGateSaysWhichLaneGoesFirst() {
        start(Requests.poll("bulk").made());
        start(Requests.command("normal").made());
        gate.free = 2;
        caller.sendDue();
        assertThat(order).containsExactly("normal", "bulk");
    }

    @Test
    void aCallThatIsHeldForTooLongIsGivenBackUnsent() {
        start(Requests.command("c1").made());
        nowMs.addAndGet(2_001);
        gate.free = 1;
        caller.sendDue();
        assertThat(order).isEmpty();
        assertThat(gate.givenBack).containsExactly(Permit.of(Priority.NORMAL));
        assertThat(journal).singleElement().isInstanceOfSatisfying(JournalEvent.Finished.class, end -> {
            assertThat(end.outcome().kind()).isEqualTo(Outcome.Kind.NOT_SENT);
            assertThat(end.outcome().counted()).isFalse();
        });
    }

    @Test
    void aCallWhoseDeadlinePassesWhileItIsHeldIsNotSent() {
        nowMs.set(Requests.command("c1").made().deadlineMs());
        start(Requests.command("c1").made());
        nowMs.addAndGet(1);
        gate.free = 1;
        caller.sendDue();
        assertThat(order).isEmpty();
        assertThat(journal).hasSize(1);
    }

    @Test
    void a429ReachesTheGate() {
        gate.free = 1;
        start(Requests.command("c1").made());
        sent.get("c1").accept(Outcomes.of(Outcome.Kind.THROTTLED));
        assertThat(gate.throttled).isEqualTo(1);
    }

    @Test
    void closingGivesBackWhatIsHeldAndSendsNothingAnyMore() {
        start(Requests.command("c1").made());
        gate.free = 5;
        caller.close();
        start(Requests.command("c2").made());
        assertThat(order).isEmpty();
        assertThat(journal).extracting(JournalEvent::key).containsExactly(key("c1"), key("c2"));
        assertThat(gate.givenBack).hasSize(2);
    }

    private void start(Request request) {
        caller.start(3, request, Permit.of(request.priority()), 1, "mine");
    }

    /** Lets through as many as the test says, highest priority first. */
    private static final class OneByOne implements CallLimiter {
        private final List<Permit> givenBack = new ArrayList<>();
        private int free;
        private int ended;
        private int throttled;

        @Override
        public Optional<Permit> tryReserve(int task, List<Permit> wanted) {
            throw new UnsupportedOperationException("asked by tasks");
        }

        @Override
        public void idle(int task) {
            throw new UnsupportedOperationException("asked by tasks");
        }

        @Override
        public void taskClosed(int task) {
            throw new UnsupportedOperationException("asked by tasks");
        }

        @Override
        public void release(Permit permit) {
            givenBack.add(permit);
        }

        @Override
        public Optional<Priority> tryAcquire(Set<Priority> waiting) {
            if (free == 0) {
                return Optional.empty();
            }
            free--;
            return Optional.of(Collections.min(waiting));
        }

        @Override
        public long nanosToPermit(Set<Priority> waiting) {
            return Long.MAX_VALUE;
        }

        @Override
        public void throttled(long retryAfterMs) {
            throttled++;
        }

        @Override
        public void callEnded() {
            ended++;
        }
    }
}
