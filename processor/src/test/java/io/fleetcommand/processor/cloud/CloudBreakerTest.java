package io.fleetcommand.processor.cloud;

import static io.fleetcommand.processor.core.Requests.command;
import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.processor.core.Backoff;
import io.fleetcommand.processor.core.Outcome;
import io.fleetcommand.processor.core.Outcome.Kind;
import io.fleetcommand.processor.core.Outcomes;
import io.fleetcommand.processor.core.Reason;
import io.fleetcommand.processor.core.Request;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class CloudBreakerTest {
    private final AtomicLong nanos = new AtomicLong(77);
    private final Deque<Consumer<Outcome>> underWay = new ArrayDeque<>();
    private final List<Outcome> outcomes = new ArrayList<>();
    /** Rests of 100 ms, 200 ms, 400 ms and 400 ms. */
    private final CloudBreaker breaker = new CloudBreaker(
            (request, done) -> underWay.add(done), 3, new Backoff(100, 2, 400, 0), () -> 0, nanos::get);

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"UNCERTAIN", "NOT_SENT"})
    void opensOnceHalfOfTheLatestCallsFailedByTheCloudsFault(Kind failure) {
        for (int call = 0; call < 3; call++) {
            end(Kind.DONE);
        }
        end(failure);
        end(failure);
        assertThat(breaker.isClosed()).isTrue();
        end(failure);

        assertThat(breaker.isClosed()).isFalse();
        assertThat(breaker.mayCall()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"UNCERTAIN", "NOT_SENT"},
            mode = Mode.EXCLUDE)
    void staysClosedWhateverDevicesAndRequestsComeTo(Kind kind) {
        for (int call = 0; call < 50; call++) {
            end(kind);
        }
        assertThat(breaker.isClosed()).isTrue();
        assertThat(breaker.mayCall()).isTrue();
    }

    @Test
    void aMissingTokenSaysNothingAboutTheCloud() {
        for (int call = 0; call < 50; call++) {
            end(Outcome.released("no access token is at hand"));
        }
        assertThat(breaker.isClosed()).isTrue();
    }

    @Test
    void aCallThatIsMadeAllTheSameIsNotSentAndDoesNotCount() {
        open();
        breaker.call(request(), outcomes::add);

        assertThat(underWay).isEmpty();
        assertThat(outcomes).last().satisfies(outcome -> {
            assertThat(outcome.kind()).isEqualTo(Kind.NOT_SENT);
            assertThat(outcome.reason()).isEqualTo(Reason.CLOUD_FAILURE);
            assertThat(outcome.counted()).isFalse();
        });
    }

    @Test
    void twoCallsTryTheCloudAfterARestAndIfBothSucceedItCloses() {
        open();
        pass(99);
        assertThat(breaker.mayCall()).isFalse();
        pass(1);
        assertThat(permitted()).isEqualTo(2);
        end(Kind.DONE);
        assertThat(breaker.isClosed()).isFalse();
        end(Kind.UNREACHABLE);

        assertThat(breaker.isClosed()).isTrue();
        assertThat(breaker.mayCall()).isTrue();
    }

    @Test
    void aTryThatFailsMakesTheNextRestLonger() {
        open();
        for (long restMs : new long[] {100, 200, 400, 400}) {
            pass(restMs - 1);
            assertThat(breaker.mayCall()).as("before the end of %s ms", restMs).isFalse();
            pass(1);
            assertThat(breaker.mayCall()).as("at the end of %s ms", restMs).isTrue();
            end(Kind.UNCERTAIN);
        }
        pass(400);
        assertThat(permitted()).isEqualTo(2);
        end(Kind.DONE);
        end(Kind.DONE);
        open();
        pass(100);
        assertThat(breaker.mayCall()).as("the first rest after it was closed").isTrue();
    }

    @Test
    void triesThatComeToNothingAreMadeAgainAfterAnotherRest() {
        open();
        pass(100);
        assertThat(permitted()).isEqualTo(2);
        end(Outcome.released("no access token is at hand"));
        assertThat(breaker.isClosed()).isFalse();
        pass(200);
        assertThat(permitted()).as("calls that were permitted and never made").isEqualTo(2);
        pass(200);
        assertThat(permitted()).isEqualTo(2);
    }

    @Test
    void anOutcomeThatComesWhileItIsOpenChangesNothing() {
        breaker.call(request(), outcomes::add);
        Consumer<Outcome> late = underWay.remove();
        open();
        late.accept(Outcomes.of(Kind.UNCERTAIN));
        late.accept(Outcomes.of(Kind.DONE));

        assertThat(breaker.isClosed()).isFalse();
        pass(99);
        assertThat(breaker.mayCall()).isFalse();
        pass(1);
        assertThat(breaker.mayCall()).isTrue();
    }

    private void open() {
        for (int call = 0; call < 6; call++) {
            if (breaker.isClosed()) {
                end(Kind.UNCERTAIN);
            }
        }
    }

    private int permitted() {
        int permitted = 0;
        while (permitted < 100 && breaker.mayCall()) {
            permitted++;
        }
        return permitted;
    }

    private void end(Kind kind) {
        end(Outcomes.of(kind));
    }

    private void end(Outcome outcome) {
        breaker.call(request(), outcomes::add);
        underWay.remove().accept(outcome);
        assertThat(outcomes).last().isEqualTo(outcome);
    }

    private void pass(long ms) {
        nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(ms));
    }

    private static Request request() {
        return command("c").made();
    }
}
