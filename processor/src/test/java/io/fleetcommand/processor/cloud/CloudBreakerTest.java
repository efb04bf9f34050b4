package io.fleetcommand.processor.cloud;

import static io.fleetcommand.processor.core.request.Requests.command;
import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.processor.core.ledger.Outcome;
import io.fleetcommand.processor.core.ledger.Outcome.Kind;
import io.fleetcommand.processor.core.ledger.Outcomes;
import io.fleetcommand.processor.core.request.Reason;
import io.fleetcommand.processor.core.request.Request;
import io.fleetcommand.service.Backoff;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CloudBreakerTest {
    private final AtomicLong nanos = new AtomicLong(77);
    private final Deque<Consumer<Outcome>> underWay = new ArrayDeque<>();
    private final List<Outcome> outcomes = new ArrayList<>();
    private final AtomicLong tokenVersion = new AtomicLong(1);
    /** Open durations of 100 ms, 200 ms, 400 ms and 400 ms. */
    private final CloudBreaker breaker = breaker(3, 3);

    private CloudBreaker breaker(int failures, int devices) {
        return new CloudBreaker(
                (request, done) -> underWay.add(done),
                new CloudBreaker.Threshold(failures, devices, Duration.ofMillis(1_000)),
                new Backoff(100, 2, 400, 0),
                tokenVersion::get,
                () -> 0,
                nanos::get);
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"UNCERTAIN", "NOT_SENT", "GARBLED", "UNAUTHORISED"})
    void opensOnceHalfOfTheLatestCallsFailedByTheCloudsFault(Kind failure) {
        for (int device = 0; device < 3; device++) {
            end(breaker, device, Outcomes.of(Kind.DONE));
        }
        end(breaker, 0, Outcomes.of(failure));
        end(breaker, 1, Outcomes.of(failure));
        assertThat(breaker.isClosed()).isTrue();
        end(breaker, 2, Outcomes.of(failure));

        assertThat(breaker.isClosed()).isFalse();
        assertThat(breaker.tryAcquirePermission()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"UNCERTAIN", "NOT_SENT", "GARBLED", "UNAUTHORISED"},
            mode = Mode.EXCLUDE)
    void staysClosedWhateverDevicesAndRequestsComeTo(Kind kind) {
        for (int call = 0; call < 50; call++) {
            end(kind);
        }
        assertThat(breaker.isClosed()).isTrue();
        assertThat(breaker.tryAcquirePermission()).isTrue();
    }

    /**
     * A threshold of ten failures within twenty calls, and three devices; the device of each call and whether it fails.
     */
    private record Call(int device, boolean fails) {}

    static Stream<Arguments> fleets() {
        IntPredicate first = device -> device == 0;
        IntPredicate firstTwo = device -> device < 2;
        IntPredicate all = device -> true;
        return Stream.of(
                Arguments.of("one of ten", calls(2_000, call -> call % 10, first), -1),
                Arguments.of("one of two", calls(2_000, call -> call % 2, first), -1),
                Arguments.of("two of three", calls(2_000, call -> call % 3, firstTwo), -1),
                Arguments.of("two of thousands", calls(9_000, call -> call % 3_000, firstTwo), -1),
                Arguments.of("one that makes nine of ten calls", calls(5_000, call -> hot(call), first), -1),
                Arguments.of("two that make nine of ten calls", calls(5_000, call -> hotPair(call), firstTwo), -1),
                Arguments.of("three of forty", calls(5_000, call -> call % 40, device -> device < 3), -1),
                Arguments.of("a fleet of one", calls(2_000, call -> 0, all), -1),
                Arguments.of("a fleet of two", calls(20, call -> call % 2, all), 10),
                Arguments.of("a fleet of thousands", calls(20, call -> call, all), 10),
                Arguments.of("half of the calls of all", calls(100, call -> call, device -> device % 2 == 0), 19),
                Arguments.of("thousands, after they worked", calls(220, call -> call, device -> device >= 200), 210),
                Arguments.of(
                        "ten, after they worked",
                        Stream.concat(
                                        calls(200, call -> call % 10, device -> false).stream(),
                                        calls(20, call -> call % 10, all).stream())
                                .toList(),
                        210));
    }

    /** Nine of ten calls are one device's. */
    private static int hot(int call) {
        return call % 10 == 0 ? 1 + call / 10 % 100 : 0;
    }

    private static int hotPair(int call) {
        return call % 10 == 0 ? 2 + call / 10 % 100 : call % 2;
    }

    private static List<Call> calls(int count, IntUnaryOperator device, IntPredicate fails) {
        return IntStream.range(0, count)
                .map(device)
                .mapToObj(id -> new Call(id, fails.test(id)))
                .toList();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("fleets")
    void opensOnlyIfSeveralDevicesFail(String fleet, List<Call> calls, int opensAfter) {
        CloudBreaker ten = breaker(10, 3);
        int made = 0;
        while (made < calls.size() && ten.isClosed()) {
            end(ten, calls.get(made).device(), Outcomes.of(calls.get(made).fails() ? Kind.UNCERTAIN : Kind.DONE));
            made++;
        }
        assertThat(ten.isClosed()).isEqualTo(opensAfter < 0);
        assertThat(made).isEqualTo(opensAfter < 0 ? calls.size() : opensAfter);
    }

    @Test
    void callsThatAreNotSentCountThoughOtherDevicesAreAnswered() {
        for (int device = 1; device < 4; device++) {
            end(breaker, device, Outcomes.of(Kind.DONE));
        }
        for (int call = 0; call < 3; call++) {
            assertThat(breaker.isClosed()).isTrue();
            end(breaker, call % 2, Outcomes.of(Kind.NOT_SENT));
        }
        assertThat(breaker.isClosed()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"UNCERTAIN", "NOT_SENT", "GARBLED", "UNAUTHORISED"})
    void aDeviceThatFailsAloneLeavesItClosedThoughNoOtherWasCalledForLong(Kind failure) {
        end(breaker, 1, Outcomes.of(Kind.DONE));
        for (int call = 0; call < 50; call++) {
            pass(200);
            end(breaker, 0, Outcomes.of(failure));
            assertThat(breaker.isClosed()).isTrue();
        }
        end(breaker, 1, Outcomes.of(failure));
        assertThat(breaker.isClosed()).as("two fail, which are all").isFalse();
    }

    @Test
    void aDeviceThatWasNotCalledForAWhileDoesNotCountAgainstThoseThatFailNow() {
        end(breaker, 1, Outcomes.of(Kind.DONE));
        for (int call = 0; call < 6; call++) {
            end(breaker, call % 2 * 2, Outcomes.of(Kind.UNCERTAIN));
        }
        pass(1_000);
        end(breaker, 0, Outcomes.of(Kind.UNCERTAIN));
        end(breaker, 2, Outcomes.of(Kind.UNCERTAIN));
        assertThat(breaker.isClosed()).isTrue();
        pass(1);
        end(breaker, 0, Outcomes.of(Kind.UNCERTAIN));
        assertThat(breaker.isClosed()).isFalse();
    }

    @Test
    void noMoreThanTheLatestDevicesAreRemembered() {
        RecentCalls recent = new RecentCalls(10, 3, Long.MAX_VALUE);
        for (int call = 0; call < 100_000; call++) {
            recent.add("device " + call, RecentCalls.Result.FAILED, call);
        }
        assertThat(recent).hasToString("20 of the latest 20 calls failed, and 20 of 20 devices");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aDeviceThatFailsAloneDoesNotKeepItOpenOnceAnotherIsAnswered(boolean failsFirst) {
        open();
        pass(100);
        assertThat(permitted()).isEqualTo(2);
        breaker.call(request(0), outcomes::add);
        breaker.call(request(1), outcomes::add);
        Consumer<Outcome> ofFailing = underWay.remove();
        Consumer<Outcome> ofWorking = underWay.remove();
        (failsFirst ? ofFailing : ofWorking).accept(Outcomes.of(failsFirst ? Kind.UNCERTAIN : Kind.DONE));
        assertThat(breaker.isClosed()).isFalse();
        (failsFirst ? ofWorking : ofFailing).accept(Outcomes.of(failsFirst ? Kind.DONE : Kind.UNCERTAIN));
        assertThat(breaker.isClosed()).isTrue();

        open();
        pass(failsFirst ? 399 : 199);
        assertThat(breaker.tryAcquirePermission())
                .as("it stays open for longer than the first time")
                .isFalse();
    }

    @Test
    void oneDeviceThatIsAnsweredNowAndThenDoesNotCloseIt() {
        open();
        pass(100);
        assertThat(permitted()).isEqualTo(2);
        end(Kind.DONE);
        end(Kind.UNCERTAIN);

        assertThat(breaker.isClosed()).isFalse();
    }

    @Test
    void aNewTokenIsTriedAtOnce() {
        for (int device = 0; device < 3; device++) {
            end(breaker, device, Outcomes.of(Kind.UNAUTHORISED));
        }
        assertThat(breaker.tryAcquirePermission()).isFalse();
        tokenVersion.set(2);
        assertThat(permitted()).isEqualTo(2);
        assertThat(breaker.tryAcquirePermission()).as("once").isFalse();
        end(Kind.DONE);
        end(Kind.DONE);
        assertThat(breaker.isClosed()).isTrue();
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
    void afterTheOpenTimeTwoProbesAreMadeAndIfBothSucceedItCloses() {
        open();
        pass(99);
        assertThat(breaker.tryAcquirePermission()).isFalse();
        pass(1);
        assertThat(permitted()).isEqualTo(2);
        end(Kind.DONE);
        assertThat(breaker.isClosed()).isFalse();
        end(Kind.UNREACHABLE);

        assertThat(breaker.isClosed()).isTrue();
        assertThat(breaker.tryAcquirePermission()).isTrue();
    }

    @Test
    void aFailedProbeMakesTheNextOpenTimeLonger() {
        open();
        for (long openMs : new long[] {100, 200, 400, 400}) {
            pass(openMs - 1);
            assertThat(breaker.tryAcquirePermission())
                    .as("before the end of %s ms", openMs)
                    .isFalse();
            pass(1);
            assertThat(breaker.tryAcquirePermission())
                    .as("at the end of %s ms", openMs)
                    .isTrue();
            end(Kind.UNCERTAIN);
        }
        pass(400);
        assertThat(permitted()).isEqualTo(2);
        end(Kind.DONE);
        end(Kind.DONE);
        open();
        pass(100);
        assertThat(breaker.tryAcquirePermission())
                .as("the first open time after it was closed")
                .isTrue();
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
        assertThat(breaker.tryAcquirePermission()).isFalse();
        pass(1);
        assertThat(breaker.tryAcquirePermission()).isTrue();
    }

    private void open() {
        for (int call = 0; call < 6; call++) {
            if (breaker.isClosed()) {
                end(breaker, call % 2, Outcomes.of(Kind.UNCERTAIN));
            }
        }
    }

    private int permitted() {
        int permitted = 0;
        while (permitted < 100 && breaker.tryAcquirePermission()) {
            permitted++;
        }
        return permitted;
    }

    private void end(Kind kind) {
        end(Outcomes.of(kind));
    }

    private void end(Outcome outcome) {
        end(breaker, 0, outcome);
    }

    private void end(CloudBreaker called, int device, Outcome outcome) {
        called.call(request(device), outcomes::add);
        underWay.remove().accept(outcome);
        assertThat(outcomes).last().isEqualTo(outcome);
    }

    private void pass(long ms) {
        nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(ms));
    }

    private static Request request() {
        return request(0);
    }

    private static Request request(int device) {
        return command("c").of(String.format("%024x", device)).made();
    }
}
