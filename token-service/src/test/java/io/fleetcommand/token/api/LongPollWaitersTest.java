package io.fleetcommand.token.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class LongPollWaitersTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    private final LongPollWaiters waiters = new LongPollWaiters(2);

    @Test
    void oneCallerCannotTakeTheSlotsOfAnother() {
        CompletableFuture<Void> quiet = waiters.await("quiet", LONG);
        List<CompletableFuture<Void>> many = new ArrayList<>();
        for (int next = 0; next < 3 * LongPollWaiters.MAX_WAITERS; next++) {
            many.add(waiters.await("greedy", LONG));
        }

        assertThat(quiet).isNotDone();
        assertThat(waiters.waiting()).isEqualTo(1 + LongPollWaiters.MAX_WAITERS / 2);
        assertThat(many.get(0)).isDone();
        assertThat(many.get(many.size() - LongPollWaiters.MAX_WAITERS / 2 - 1)).isDone();
        assertThat(many.get(many.size() - LongPollWaiters.MAX_WAITERS / 2)).isNotDone();
    }

    @Test
    void aSlotIsFreedHoweverAWaitEnds() {
        waiters.await("a", Duration.ofMillis(10));
        waiters.await("a", LONG).complete(null);
        waiters.await("a", LONG).cancel(false);
        waiters.await("b", LONG);
        waiters.notifyWaiters();

        await().until(() -> waiters.waiting() == 0);
    }
}
