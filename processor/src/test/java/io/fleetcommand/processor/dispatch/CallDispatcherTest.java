package io.fleetcommand.processor.dispatch;

import static io.fleetcommand.processor.core.request.Requests.key;
import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.processor.core.ledger.JournalEvent;
import io.fleetcommand.processor.core.ledger.Outcome;
import io.fleetcommand.processor.core.ledger.Outcomes;
import io.fleetcommand.processor.core.ports.CallLimiter;
import io.fleetcommand.processor.core.ports.Permit;
import io.fleetcommand.processor.core.ports.QuotaClass;
import io.fleetcommand.processor.core.request.Priority;
import io.fleetcommand.processor.core.request.Request;
import io.fleetcommand.processor.core.request.Requests;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
    private final List<Release> released = new ArrayList<>();
    private final ManualLimiter limiter = new ManualLimiter();
    /** A timer that never fires here: the test calls sendDue itself. */
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);

    private final CallDispatcher dispatcher = new CallDispatcher(
            (request, done) -> {
                order.add(request.id());
                sent.put(request.id(), done);
            },
            (partition, event) -> journal.add(event),
            limiter,
            timer,
            () -> Instant.ofEpochMilli(nowMs.get()));

    @AfterEach
    void end() {
        timer.shutdownNow();
    }

    @Test
    void aCallWithinTheQuotaIsSentAtOnce() {
        limiter.free = 1;
        start(Requests.command("c1").made());
        assertThat(order).containsExactly("c1");
    }

    @Test
    void itsOutcomeReleasesThePermitAndIsJournaled() {
        limiter.free = 1;
        start(Requests.command("c1").made());
        Outcome outcome = Outcomes.of(Outcome.Kind.DONE);
        sent.get("c1").accept(outcome);
        assertThat(released).containsExactly(new Release(QuotaClass.of(Priority.NORMAL), true));
        assertThat(journal).containsExactly(new JournalEvent.Finished(key("c1"), 1, "mine", outcome, 0, 1_000));
    }

    @Test
    void aPendingCallIsSentOnceThereIsQuotaAndRecordsItsWait() {
        start(Requests.command("c1").made());
        assertThat(order).isEmpty();
        nowMs.addAndGet(700);
        limiter.free = 1;
        dispatcher.sendDue();
        assertThat(order).containsExactly("c1");
        sent.get("c1").accept(Outcomes.of(Outcome.Kind.DONE));
        assertThat(journal)
                .singleElement()
                .isInstanceOfSatisfying(
                        JournalEvent.Finished.class,
                        end -> assertThat(end.heldMs()).isEqualTo(700));
    }

    @Test
    void theLimiterDecidesWhichPriorityGoesFirst() {
        start(Requests.poll("bulk").made());
        start(Requests.command("normal").made());
        limiter.free = 2;
        dispatcher.sendDue();
        assertThat(order).containsExactly("normal", "bulk");
    }

    @Test
    void aCallThatIsPendingForTooLongIsReleasedUnsent() {
        start(Requests.command("c1").made());
        nowMs.addAndGet(2_001);
        limiter.free = 1;
        dispatcher.sendDue();
        assertThat(order).isEmpty();
        assertThat(released).containsExactly(new Release(QuotaClass.of(Priority.NORMAL), false));
        assertThat(journal).singleElement().isInstanceOfSatisfying(JournalEvent.Finished.class, end -> {
            assertThat(end.outcome().kind()).isEqualTo(Outcome.Kind.NOT_SENT);
            assertThat(end.outcome().counted()).isFalse();
        });
    }

    @Test
    void aCallWhoseDeadlinePassesWhilePendingIsNotSent() {
        nowMs.set(Requests.command("c1").made().deadlineMs());
        start(Requests.command("c1").made());
        nowMs.addAndGet(1);
        limiter.free = 1;
        dispatcher.sendDue();
        assertThat(order).isEmpty();
        assertThat(journal).hasSize(1);
    }

    @Test
    void a429ReachesTheLimiter() {
        limiter.free = 1;
        start(Requests.command("c1").made());
        sent.get("c1").accept(Outcomes.of(Outcome.Kind.THROTTLED));
        assertThat(limiter.throttled).isEqualTo(1);
    }

    @Test
    void closeReleasesPendingCallsAndStopsSending() {
        start(Requests.command("c1").made());
        limiter.free = 5;
        dispatcher.close();
        start(Requests.command("c2").made());
        assertThat(order).isEmpty();
        assertThat(journal).extracting(JournalEvent::key).containsExactly(key("c1"), key("c2"));
        Release unsent = new Release(QuotaClass.of(Priority.NORMAL), false);
        assertThat(released).containsExactly(unsent, unsent);
    }

    private void start(Request request) {
        Permit permit = new Permit(
                QuotaClass.of(request.priority()), (quotaClass, used) -> released.add(new Release(quotaClass, used)));
        dispatcher.start(3, request, permit, 1, "mine");
    }

    private record Release(QuotaClass quotaClass, boolean used) {}

    /** Lets as many calls pass as the test sets, highest priority first. */
    private static final class ManualLimiter implements CallLimiter {
        private int free;
        private int throttled;

        @Override
        public Optional<Permit> tryReserve(int task, List<QuotaClass> wanted) {
            throw new UnsupportedOperationException("called by tasks only");
        }

        @Override
        public void taskClosed(int task) {
            throw new UnsupportedOperationException("called by tasks only");
        }

        @Override
        public Optional<Permit> tryAcquire(List<Permit> waiting) {
            if (free == 0) {
                return Optional.empty();
            }
            free--;
            Permit first = Collections.min(waiting, Comparator.comparing(Permit::priority));
            first.use();
            return Optional.of(first);
        }

        @Override
        public long nanosToPermit(List<Permit> waiting) {
            return Long.MAX_VALUE;
        }

        @Override
        public void throttled(long retryAfterMs) {
            throttled++;
        }
    }
}
