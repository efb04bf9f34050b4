package io.fleetcommand.processor.inventory;

import static io.fleetcommand.processor.core.inventory.Listings.device;
import static io.fleetcommand.processor.core.inventory.Listings.page;
import static io.fleetcommand.processor.core.inventory.Listings.pageOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.processor.core.inventory.InventoryState;
import io.fleetcommand.processor.core.inventory.ListedDevice;
import io.fleetcommand.processor.core.inventory.ListingEffect;
import io.fleetcommand.processor.core.inventory.ListingOutcome;
import io.fleetcommand.processor.core.inventory.ListingOutcome.Failed;
import io.fleetcommand.processor.core.inventory.ListingOutcome.Page;
import io.fleetcommand.processor.core.inventory.ListingOutcome.Refused;
import io.fleetcommand.processor.core.inventory.ListingOutcome.Throttled;
import io.fleetcommand.processor.core.inventory.ListingPage;
import io.fleetcommand.processor.core.inventory.ListingRules;
import io.fleetcommand.processor.core.inventory.ListingStep;
import io.fleetcommand.processor.core.inventory.PageRequest;
import io.fleetcommand.processor.core.inventory.RefreshResult.Ending;
import io.fleetcommand.processor.core.ports.InventorySink;
import io.fleetcommand.service.Backoff;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Pages of two devices, one page a second, an hour between refreshes. */
class InventoryRefresherTest {
    private static final long HOUR_MS = TimeUnit.HOURS.toMillis(1);

    private final ManualThread thread = new ManualThread();
    private final ManualQuota quota = new ManualQuota();
    private final Deque<ListingOutcome> answers = new ArrayDeque<>();
    private final List<String> asked = new ArrayList<>();
    private final Stored stored = new Stored();
    private Runnable whileAsked = () -> {};
    private final InventoryRefresher refresher = refresher();

    @Test
    void aProductIsListedAtOnceAndThenAtTheInterval() {
        answer(pageOf(2, 1, 2), pageOf(2, 3), pageOf(2, 1, 2), pageOf(2, 3));
        refresher.keep(InventoryState.unknown("rockets", 0));
        thread.pass(10_000);

        assertThat(asked).containsExactly("0 rockets 1", "1000 rockets 2", "2000 rockets 1", "3000 rockets 2");
        assertThat(stored.devices)
                .containsOnlyKeys(device(1).id(), device(2).id(), device(3).id());
        assertThat(stored.state("rockets").latest().orElseThrow())
                .hasToString("COMPLETE, listed 3 devices in 2 passes");

        answer(pageOf(1, 1));
        thread.pass(HOUR_MS - 7_001);
        assertThat(asked).hasSize(4);
        thread.pass(1);
        assertThat(asked).endsWith(3_000 + HOUR_MS + " rockets 1").hasSize(5);
        assertThat(stored.devices).containsOnlyKeys(device(1).id());
        assertThat(quota.inFlight).isZero();
        assertThat(quota.reserved).isZero();
    }

    @Test
    void theStartIsStoredBeforeThePagesOfAPass() {
        answer(pageOf(2, 1, 2));
        refresher.keep(InventoryState.unknown("rockets", 0));
        thread.pass(0);

        assertThat(stored.states).hasSize(2);
        assertThat(stored.states.get(0).running().orElseThrow().pass().nextPage())
                .isEqualTo(1);
        assertThat(stored.states.get(1).running().orElseThrow().pass().nextPage())
                .isEqualTo(2);
    }

    @Test
    void aRefreshGoesOnFromItsStoredState() {
        answer(pageOf(2, 1, 2));
        refresher.keep(InventoryState.unknown("rockets", 0));
        thread.pass(0);
        refresher.close();
        thread.pass(10_000);
        assertThat(asked).hasSize(1);

        answer(pageOf(2, 3), pageOf(2, 1, 2), pageOf(2, 3));
        refresher().keep(stored.state("rockets"));
        thread.pass(10_000);
        assertThat(asked.subList(1, 4)).containsExactly("10000 rockets 2", "11000 rockets 1", "12000 rockets 2");
        assertThat(stored.state("rockets").latest().orElseThrow().ending()).isEqualTo(Ending.COMPLETE);
    }

    @Test
    void aFailureIsTriedAgainAfterTheBackOff() {
        answers.add(new Failed("502", 0));
        answers.add(new Failed("502", 0));
        answer(pageOf(1, 1));
        refresher.keep(InventoryState.unknown("rockets", 0));
        thread.pass(60_000);

        assertThat(asked).containsExactly("0 rockets 1", "4000 rockets 1", "12000 rockets 1");
        assertThat(stored.devices).hasSize(1);
    }

    @Test
    void a429CoolsTheWholeQuotaDown() {
        answers.add(new Throttled("429", 20_000));
        answer(pageOf(1, 1));
        refresher.keep(InventoryState.unknown("rockets", 0));
        thread.pass(60_000);

        assertThat(quota.throttled).containsExactly(20_000L);
        assertThat(asked).containsExactly("0 rockets 1", "20000 rockets 1");
        assertThat(quota.inFlight).isZero();
    }

    @Test
    void aRefusalEndsTheRefreshWithItsReason() {
        answer(pageOf(1, 1));
        answers.add(new Refused("403 Permission denied"));
        refresher.keep(InventoryState.unknown("rockets", 0));
        thread.pass(HOUR_MS);

        assertThat(stored.state("rockets").latest().orElseThrow())
                .hasToString("REFUSED, listed 0 devices in 1 pass: 403 Permission denied");
        assertThat(stored.devices).hasSize(1);
        thread.pass(HOUR_MS - 1);
        assertThat(asked).hasSize(2);
    }

    @Test
    void aRequestStartsARefreshNow() {
        answer(pageOf(1, 1), pageOf(1, 1, 2));
        refresher.keep(InventoryState.unknown("rockets", 0));
        thread.pass(5_000);
        refresher.request("rockets");
        refresher.request("unknown");
        thread.pass(HOUR_MS - 1);

        assertThat(asked).containsExactly("0 rockets 1", "5000 rockets 1");
        assertThat(stored.devices).hasSize(2);
        assertThat(thread.timers()).isEqualTo(1);
    }

    @Test
    void aRequestDuringARefreshStartsAnotherAfterIt() {
        answer(pageOf(2, 1, 2), pageOf(1, 1, 2), pageOf(1, 1, 2), pageOf(1, 3));
        whileAsked = () -> refresher.request("rockets");
        refresher.keep(InventoryState.unknown("rockets", 0));
        thread.pass(0);
        whileAsked = () -> {};
        thread.pass(10_000);

        assertThat(asked).hasSize(4);
        assertThat(stored.devices).containsOnlyKeys(device(3).id());
        assertThat(thread.timers()).isEqualTo(1);
    }

    @Test
    void withoutQuotaNothingIsAsked() {
        answer(pageOf(1, 1));
        quota.sendable = 0;
        refresher.keep(InventoryState.unknown("rockets", 0));
        thread.pass(10_000);
        assertThat(asked).isEmpty();

        quota.sendable = 1;
        thread.pass(100);
        assertThat(asked).hasSize(1);
        assertThat(quota.reserved).isZero();
    }

    @Test
    void productsShareThePaceAndTakeTurns() {
        for (int pages = 0; pages < 2; pages++) {
            answer(pageOf(2, 1, 2), pageOf(2, 1, 2), pageOf(2, 3), pageOf(2, 3));
        }
        refresher.keep(InventoryState.unknown("a", 0));
        refresher.keep(InventoryState.unknown("b", 0));
        thread.pass(20_000);

        assertThat(asked).hasSize(8);
        assertThat(asked.stream().map(each -> each.split(" ")[0]))
                .containsExactly("0", "1000", "2000", "3000", "4000", "5000", "6000", "7000");
        assertThat(asked.stream().map(each -> each.split(" ")[1]))
                .containsExactly("a", "b", "a", "b", "a", "b", "a", "b");
    }

    @Test
    void aPageOfADroppedProductIsNotStored() {
        answer(pageOf(2, 1, 2));
        whileAsked = () -> refresher.drop("rockets");
        refresher.keep(InventoryState.unknown("rockets", 0));
        thread.pass(10_000);

        assertThat(asked).hasSize(1);
        assertThat(stored.devices).isEmpty();
        assertThat(thread.timers()).isZero();
        assertThat(quota.inFlight).isZero();
    }

    @Test
    void aDroppedProductLeavesNoReservation() {
        quota.sendable = 0;
        refresher.keep(InventoryState.unknown("rockets", 0));
        thread.pass(100);
        assertThat(quota.reserved).isEqualTo(1);
        refresher.drop("rockets");
        thread.pass(100);
        assertThat(quota.reserved).isZero();
        assertThat(thread.timers()).isZero();
    }

    @Test
    void aStateThatIsKeptAnewReplacesTheOldOne() {
        answer(pageOf(1, 1), pageOf(1, 1));
        refresher.keep(InventoryState.unknown("rockets", 0));
        thread.pass(5_000);
        refresher.keep(InventoryState.unknown("rockets", 0));
        thread.pass(60_000);

        assertThat(asked).containsExactly("0 rockets 1", "5000 rockets 1");
        assertThat(thread.timers()).isEqualTo(1);
    }

    @Test
    void aPageThatCannotBeStoredIsReadAgain() {
        answer(pageOf(1, 1), pageOf(1, 1, 2));
        stored.refusals = 1;
        refresher.keep(InventoryState.unknown("rockets", 0));
        thread.pass(4_999);
        assertThat(asked).as("the start could not be stored").isEmpty();
        thread.pass(1);
        assertThat(asked).hasSize(1);

        refresher.request("rockets");
        whileAsked = () -> stored.refusals = 1;
        answer(pageOf(1, 1, 2, 3));
        thread.pass(2_000);
        whileAsked = () -> {};
        assertThat(stored.devices).hasSize(1);
        thread.pass(5_000);
        assertThat(asked).hasSize(3);
        assertThat(stored.devices).hasSize(3);
        assertThat(quota.inFlight).isZero();
    }

    @Test
    void nothingIsAskedOnceItIsClosed() {
        answer(pageOf(2, 1, 2), pageOf(2, 3));
        quota.sendable = 1;
        refresher.keep(InventoryState.unknown("rockets", 0));
        thread.pass(2_000);
        assertThat(quota.reserved).isEqualTo(1);
        refresher.close();
        assertThat(quota.reserved).isZero();
        quota.sendable = 1;
        thread.pass(10_000);

        assertThat(asked).hasSize(1);
        assertThat(thread.timers()).isZero();
        thread.shutdown();
        refresher.keep(InventoryState.unknown("rockets", 0));
    }

    @Test
    void anEmptyPageIsAResultToo() {
        answer(page(), page());
        refresher.keep(InventoryState.unknown("rockets", 0));
        thread.pass(5_000);

        assertThat(stored.state("rockets").latest().orElseThrow())
                .hasToString("COMPLETE, listed 0 devices in 2 passes");
    }

    private InventoryRefresher refresher() {
        return new InventoryRefresher(
                new ListingRules(HOUR_MS, 2, new Backoff(4_000, 2, 60_000, 0.5)::delayMs),
                this::answer,
                new PagePermits(quota, 60, () -> true, thread::nanos),
                stored,
                thread,
                () -> Instant.ofEpochMilli(thread.millis()),
                () -> 0);
    }

    private ListingOutcome answer(PageRequest request) {
        asked.add(thread.millis() + " " + request.product() + " " + request.page());
        assertThat(request.size()).isEqualTo(2);
        assertThat(quota.inFlight).isEqualTo(1);
        whileAsked.run();
        return answers.remove();
    }

    private void answer(ListingPage... pages) {
        List.of(pages).forEach(each -> answers.add(new Page(each)));
    }

    /** What the sink was given. */
    private static final class Stored implements InventorySink {
        private final Map<String, Integer> devices = new TreeMap<>();
        private final List<InventoryState> states = new ArrayList<>();
        private int refusals;

        @Override
        public void accept(ListingStep step) {
            if (refusals > 0) {
                refusals--;
                throw new IllegalStateException("cannot be stored now");
            }
            step.effects()
                    .forEach(effect -> effect.applyTo(new ListingEffect.Handler() {
                        @Override
                        public void store(ListedDevice device, int passNumber) {
                            devices.put(device.id(), passNumber);
                        }

                        @Override
                        public void removeOlderThan(int passNumber) {
                            devices.values().removeIf(number -> number < passNumber);
                        }
                    }));
            states.add(step.state());
        }

        InventoryState state(String product) {
            return states.stream()
                    .filter(state -> state.product().equals(product))
                    .reduce((older, newer) -> newer)
                    .orElseThrow();
        }
    }
}
