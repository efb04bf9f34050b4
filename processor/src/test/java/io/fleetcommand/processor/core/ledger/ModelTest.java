package io.fleetcommand.processor.core.ledger;

import static io.fleetcommand.processor.core.request.Requests.DEVICE;
import static io.fleetcommand.processor.core.request.Requests.command;
import static io.fleetcommand.processor.core.request.Requests.key;
import static io.fleetcommand.processor.core.request.Requests.poll;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.fleetcommand.processor.core.ports.QueuePosition;
import io.fleetcommand.processor.core.request.Action;
import io.fleetcommand.processor.core.request.Asker;
import io.fleetcommand.processor.core.request.Priority;
import io.fleetcommand.processor.core.request.Reason;
import io.fleetcommand.processor.core.request.ReplyTo;
import io.fleetcommand.processor.core.request.Request;
import io.fleetcommand.processor.core.request.Requester;
import io.fleetcommand.processor.core.request.Requests;
import io.fleetcommand.processor.core.request.Status;
import io.fleetcommand.processor.core.request.Value;
import io.fleetcommand.processor.core.request.VariableId;
import io.fleetcommand.service.Backoff;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests of the value types that the rules use. */
class ModelTest {
    private static final RetryDelay BACKOFF = new Backoff(5, 2, 50, 0)::delayMs;
    private static final LedgerTimeouts TIMEOUTS = new LedgerTimeouts(40, 20, 30, 1_000, 1_000, BACKOFF, BACKOFF);
    private final Ledger ledger = new Ledger(TIMEOUTS, "mine", () -> 0);

    @ParameterizedTest
    @CsvSource({"0,1,1,1,1", "1,0,1,1,1", "1,1,0,1,1", "1,1,1,0,1", "1,1,1,1,0"})
    void everyTimeoutMustBeAboveZero(long call, long margin, long second, long retention, long values) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new LedgerTimeouts(call, margin, second, retention, values, BACKOFF, BACKOFF));
        assertThatCode(() -> new LedgerTimeouts(1, 1, 1, 1, 1, BACKOFF, BACKOFF))
                .doesNotThrowAnyException();
    }

    @Test
    void aQueueIsInReadingOrderAndLaterCommandsByTheirTime() {
        QueuePosition first = positionOf(command("a"), 1, 10);
        QueuePosition second = positionOf(command("b").notBefore(10), 2, 10);
        QueuePosition soon = positionOf(command("c").notBefore(20), 4, 10);
        QueuePosition late = positionOf(command("d").notBefore(30), 3, 10);

        assertThat(first).isEqualTo(commandPosition(QueuePosition.Queue.COMMANDS, 0, 1));
        assertThat(second).isEqualTo(commandPosition(QueuePosition.Queue.COMMANDS, 0, 2));
        assertThat(soon).isEqualTo(commandPosition(QueuePosition.Queue.COMMANDS_FOR_LATER, 20, 4));
        assertThat(List.of(late, soon, second, first).stream().sorted()).containsExactly(first, second, soon, late);
    }

    @Test
    void pollsAreOrderedByRequesterAndCommandsByReading() {
        Requester tests = new Requester("t.commands", Math.floorMod("tests".hashCode(), Requester.BUCKETS));
        QueuePosition.Line polls = new QueuePosition.Line(Priority.BULK, QueuePosition.Queue.POLLS, tests);
        assertThat(positionOf(poll("e"), 5, 10)).isEqualTo(new QueuePosition(DEVICE, polls, 0, 5));
        assertThat(positionOf(poll("e"), 5, 10).isPoll()).isTrue();
        assertThat(positionOf(command("c").from("others"), 5, 10))
                .isEqualTo(commandPosition(QueuePosition.Queue.COMMANDS, 0, 5));
        assertThat(positionOf(command("c"), 5, 10).isPoll()).isFalse();

        QueuePosition a = positionOf(poll("a").from("a"), 9, 10);
        QueuePosition b = positionOf(poll("b").from("a"), 8, 10);
        QueuePosition c = positionOf(poll("c").from("b"), 7, 10);
        QueuePosition other = positionOf(poll("d").from("a").through("t.others"), 6, 10);
        assertThat(List.of(other, c, a, b).stream().sorted()).containsExactly(other, b, a, c);
    }

    @Test
    void theNumberOfRequestersIsBounded() {
        assertThat(IntStream.range(0, 10_000)
                        .mapToObj(
                                number -> poll("p").from("requester-" + number).made())
                        .map(Requester::of)
                        .distinct())
                .hasSize(Requester.BUCKETS);
    }

    @Test
    void onlyPollsWithAnAgeAcceptCachedValues() {
        Request poll = poll("p").made();
        assertThat(VariableId.of(poll)).contains(new VariableId(DEVICE, Requests.PRODUCT, "temperature"));
        assertThat(VariableId.of(command("c").made())).isEmpty();
        assertThat(poll.takesOlderValues()).isFalse();
        assertThat(command("c").made().takesOlderValues()).isFalse();
        assertThat(poll("p").asking(new Action.Read("temperature", 1)).made().takesOlderValues())
                .isTrue();
    }

    @Test
    void theAgeOfAReadingIsNeverNegative() {
        CachedReading value = new CachedReading(new Value.Whole(1), 200, 50);
        assertThat(value.ageMs(80)).isEqualTo(30);
        assertThat(value.ageMs(49)).isZero();

        Result result = new Result(
                Status.SUCCEEDED, Reason.NONE, "", new Value.Whole(1), 200, 1, RequestTiming.startingAt(0), 5, 80, 30);
        assertThat(result.reading()).isEqualTo(value);
    }

    private static QueuePosition commandPosition(QueuePosition.Queue queue, long rank, long sequence) {
        return new QueuePosition(DEVICE, new QueuePosition.Line(Priority.NORMAL, queue, Requester.ANY), rank, sequence);
    }

    @Test
    void everyEffectCallsItsHandlerMethod() {
        List<String> executed = new ArrayList<>();
        Effect.Handler handler = new Effect.Handler() {
            @Override
            public void append(JournalEvent event) {
                executed.add("append");
            }

            @Override
            public void start(Request request, int attempt) {
                executed.add("start " + attempt);
            }

            @Override
            public void publish(Request request, List<Asker> others, Result result) {
                executed.add("publish");
            }

            @Override
            public void repeat(Request request, Result result) {
                executed.add("repeat");
            }

            @Override
            public void share(Request poll, CachedReading reading) {
                executed.add("share " + reading.value());
            }

            @Override
            public void backOff(String deviceId, Outcome.Kind kind, long atMs) {
                executed.add("back off " + deviceId + " " + kind + " " + atMs);
            }

            @Override
            public void reached(String deviceId, long atMs) {
                executed.add("reached " + deviceId + " " + atMs);
            }
        };
        Request request = command("r1").made();
        Result result = Result.atOnce(Status.CANCELLED, Reason.CANCELLED, "", 1);

        List.of(
                        new Effect.Append(new JournalEvent.Claimed(key("r1"), 1, "mine", 0)),
                        new Effect.Start(request, 3),
                        new Effect.Publish(request, List.of(), result),
                        new Effect.Repeat(request, result),
                        new Effect.Share(request, new CachedReading(Value.NONE, 200, 5)),
                        new Effect.BackOff("d", Outcome.Kind.GARBLED, 6),
                        new Effect.Reached("e", 7))
                .forEach(effect -> effect.applyTo(handler));

        assertThat(executed)
                .containsExactly(
                        "append",
                        "start 3",
                        "publish",
                        "repeat",
                        "share None[]",
                        "back off d GARBLED 6",
                        "reached e 7");
    }

    @Test
    void aTerminationIsAppendedAgainAfterAWhile() {
        LedgerEntry terminating =
                ledger.onTimer(read(command("r1").until(5), 0), 6).next().orElseThrow();

        assertThat(terminating.phase()).isEqualTo(RequestPhase.TERMINATING);
        assertThat(terminating.dueAtMs()).isEqualTo(36);
    }

    @Test
    void theBackOffGrowsWithAllOutcomesButReleases() {
        Attempts once = Attempts.NONE.claimed(1, "mine");

        assertThat(once.ended(1, Outcomes.of(Outcome.Kind.UNCERTAIN)).failures())
                .isEqualTo(1);
        assertThat(once.ended(1, Outcomes.of(Outcome.Kind.THROTTLED)).failures())
                .isEqualTo(1);
        assertThat(once.ended(1, Outcome.released("moved")).failures()).isZero();
        assertThat(once.ended(1, Outcomes.of(Outcome.Kind.UNAUTHORISED)).failures())
                .isEqualTo(1);
        assertThat(once.ended(1, Outcomes.of(Outcome.Kind.UNAUTHORISED)).counted())
                .isZero();
        assertThat(once.ended(1, Outcomes.of(Outcome.Kind.NOT_SENT)).failures()).isEqualTo(1);
        assertThat(once.ended(1, Outcomes.of(Outcome.Kind.THROTTLED)).counted()).isZero();
    }

    @Test
    void waitsAreSplitIntoTurnAndQuota() {
        RequestTiming granted = RequestTiming.startingAt(10).granted(25, 40);
        assertThat(granted).isEqualTo(new RequestTiming(10, 40, 15, 15));

        RequestTiming second = granted.waitingAgain(50).granted(70, 75);
        assertThat(second).isEqualTo(new RequestTiming(10, 75, 35, 20));
        assertThat(RequestTiming.startingAt(10).granted(5, 12)).isEqualTo(new RequestTiming(10, 12, 0, 2));
    }

    @Test
    void headersAreEqualByNameAndBytes() {
        ReplyTo.Header header = new ReplyTo.Header("correlation-id", new byte[] {1, 2});

        assertThat(header).isEqualTo(new ReplyTo.Header("correlation-id", new byte[] {1, 2}));
        assertThat(header).hasSameHashCodeAs(new ReplyTo.Header("correlation-id", new byte[] {1, 2}));
        assertThat(header)
                .isNotEqualTo(new ReplyTo.Header("correlation-id", new byte[] {1, 3}))
                .isNotEqualTo(new ReplyTo.Header("traceparent", new byte[] {1, 2}))
                .isNotEqualTo("correlation-id");
    }

    @Test
    void withoutTopicKeepsTheHeaders() {
        ReplyTo.Header header = new ReplyTo.Header("correlation-id", new byte[] {1});
        ReplyTo address = new ReplyTo("replies", 3, List.of(header));

        assertThat(address.isGiven()).isTrue();
        assertThat(address.withoutTopic()).isEqualTo(new ReplyTo("", ReplyTo.ANY_PARTITION, List.of(header)));
        assertThat(address.withoutTopic().isGiven()).isFalse();
        assertThat(command("r1").made().replyingTo(address))
                .isEqualTo(command("r1").replyingTo(address).made());
    }

    @Test
    void anUnreadableRequestIsStillACommandOrAPoll() {
        assertThat(Request.unreadable(true, ReplyTo.NOBODY).isCommand()).isTrue();
        assertThat(Request.unreadable(false, ReplyTo.NOBODY).isCommand()).isFalse();
    }

    private LedgerEntry read(Requests request, long nowMs) {
        return ledger.onRequest(Optional.empty(), request.made(), 1, nowMs)
                .next()
                .orElseThrow();
    }

    private QueuePosition positionOf(Requests request, long sequence, long nowMs) {
        return QueuePosition.of(ledger.onRequest(Optional.empty(), request.made(), sequence, nowMs)
                .next()
                .orElseThrow());
    }
}
