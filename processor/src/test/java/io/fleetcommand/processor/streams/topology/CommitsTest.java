package io.fleetcommand.processor.streams.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CommitsTest {
    private final AtomicLong nanos = new AtomicLong(-5);
    private final Commits commits = new Commits(Duration.ofMillis(30), nanos::get);

    @Test
    void theFirstCommitIsDueAtOnce() {
        assertThat(commits.isDue()).isTrue();
        assertThat(commits.count()).isZero();
    }

    @Test
    void theNextCommitIsDueOnceTheIntervalHasPassed() {
        commit(4);

        pass(29);
        assertThat(commits.isDue()).isFalse();
        pass(1);
        assertThat(commits.isDue()).isTrue();
        assertThat(commits.count()).isEqualTo(1);
    }

    @Test
    void afterASlowCommitTheNextIsDueOnceTwiceItsTimeHasPassed() {
        commit(100);

        pass(199);
        assertThat(commits.isDue()).isFalse();
        pass(1);
        assertThat(commits.isDue()).isTrue();
    }

    @Test
    void anUrgentResultWaitsForHalfTheTimeOfASlowCommit() {
        commit(100);

        pass(49);
        assertThat(commits.isDueForUrgent()).isFalse();
        pass(1);
        assertThat(commits.isDueForUrgent()).isTrue();
        assertThat(commits.isDue()).isFalse();

        commit(4);
        pass(29);
        assertThat(commits.isDueForUrgent()).isFalse();
        pass(1);
        assertThat(commits.isDueForUrgent()).isTrue();
    }

    @Test
    void aThreadsCommitsAreItsOwn() {
        commit(4);

        assertThat(commits.isDue()).isFalse();
        assertThat(commits.count()).isEqualTo(1);
        assertThat(CompletableFuture.supplyAsync(() -> commits.isDue() && commits.count() == 0)
                        .join())
                .isTrue();
    }

    private void commit(long ms) {
        commits.started();
        pass(ms);
        commits.completed();
    }

    private void pass(long ms) {
        nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(ms));
    }
}
