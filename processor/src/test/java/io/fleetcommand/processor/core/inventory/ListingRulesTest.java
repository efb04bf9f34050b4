package io.fleetcommand.processor.core.inventory;

import static io.fleetcommand.processor.core.inventory.Listings.device;
import static io.fleetcommand.processor.core.inventory.Listings.devices;
import static io.fleetcommand.processor.core.inventory.Listings.page;
import static io.fleetcommand.processor.core.inventory.Listings.pageOf;
import static io.fleetcommand.processor.core.inventory.Listings.pageOfTotal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fleetcommand.processor.core.inventory.ListingEffect.RemoveOlderThan;
import io.fleetcommand.processor.core.inventory.ListingEffect.Store;
import io.fleetcommand.processor.core.inventory.ListingOutcome.Failed;
import io.fleetcommand.processor.core.inventory.ListingOutcome.Page;
import io.fleetcommand.processor.core.inventory.ListingOutcome.Refused;
import io.fleetcommand.processor.core.inventory.ListingOutcome.Throttled;
import io.fleetcommand.processor.core.inventory.ListingOutcome.Unauthorised;
import io.fleetcommand.processor.core.inventory.RefreshResult.Ending;
import io.fleetcommand.service.Backoff;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Pages of two devices; a refresh 1,000 ms after the one before it. */
class ListingRulesTest {
    private static final long INTERVAL_MS = 1_000;
    private final ListingRules rules = new ListingRules(INTERVAL_MS, 2, new Backoff(10, 2, 50, 0.5)::delayMs);
    private final List<ListingEffect> effects = new ArrayList<>();
    private InventoryState state = InventoryState.unknown("rockets", 100);
    private long nowMs = 100;

    @Test
    void nothingIsReadBeforeItIsDue() {
        nowMs = 99;
        assertThat(rules.startIfDue(state, nowMs)).isEqualTo(state);
        assertThat(rules.nextPage(state, nowMs)).isEmpty();
    }

    @Test
    void pagesAreReadInOrderAndTheirDevicesStored() {
        assertThat(start()).contains(new PageRequest("rockets", 1, 2));
        assertThat(read(pageOf(2, 1, 2))).contains(new PageRequest("rockets", 2, 2));
        assertThat(effects).containsExactly(new Store(device(1), 1), new Store(device(2), 1));
    }

    static List<Arguments> listings() {
        return List.of(
                Arguments.of("an empty page ends a pass", List.of(page(1, 2), page())),
                Arguments.of("a page shorter than the first ends it", List.of(page(1, 2), page(3))),
                Arguments.of("a short first page does not", List.of(page(1), page())),
                Arguments.of("nor one that the cloud made short", List.of(page(1), page(2), page(3), page())),
                Arguments.of("the last of the pages ends it", List.of(pageOf(2, 1, 2), pageOf(2, 3, 4))),
                Arguments.of("a short page before it does not", List.of(pageOf(3, 1), pageOf(3, 2), pageOf(3, 3))),
                Arguments.of("the number of pages may fall", List.of(pageOf(3, 1, 2), pageOf(2, 3, 4))),
                Arguments.of("or the listing be empty sooner", List.of(pageOf(3, 1, 2), pageOf(3))),
                Arguments.of("the last of the devices ends it", List.of(pageOfTotal(4, 1, 2), pageOfTotal(4, 3, 4))),
                Arguments.of("however short the pages are", List.of(pageOfTotal(2, 1), pageOfTotal(2, 2))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("listings")
    void aPassEndsWithTheListing(String name, List<ListingPage> pages) {
        start();
        for (ListingPage each : pages) {
            assertThat(pass().number()).as("%s before its end", each).isEqualTo(1);
            read(each);
        }
        assertThat(pass().number()).isEqualTo(2);
        assertThat(pass().nextPage()).isEqualTo(1);
    }

    @Test
    void aPassThatAgreesWithTheOneBeforeItEndsTheRefresh() {
        start();
        read(pageOfTotal(3, 1, 2), pageOfTotal(3, 3));
        effects.clear();
        nowMs = 150;
        assertThat(read(pageOfTotal(3, 1, 2), pageOfTotal(3, 3))).isEmpty();

        assertThat(effects)
                .containsExactly(
                        new Store(device(1), 2),
                        new Store(device(2), 2),
                        new Store(device(3), 2),
                        new RemoveOlderThan(2));
        RefreshResult complete = new RefreshResult(Ending.COMPLETE, "", 3, OptionalLong.of(3), 2, 0, 100, 150);
        assertThat(state)
                .isEqualTo(new InventoryState(
                        "rockets",
                        Optional.empty(),
                        2,
                        150 + INTERVAL_MS,
                        Optional.of(complete),
                        Optional.of(complete)));
        assertThat(complete).hasToString("COMPLETE, listed 3 of 3 devices in 2 passes");
    }

    @Test
    void aListingOfOnePageIsReadOnce() {
        start();
        read(pageOf(1, 1, 2));
        assertThat(effects).containsExactly(new Store(device(1), 1), new Store(device(2), 1), new RemoveOlderThan(1));
        assertThat(result().ending()).isEqualTo(Ending.COMPLETE);
    }

    @Test
    void anEmptyListingIsReadTwiceBeforeItIsBelieved() {
        start();
        read(page());
        assertThat(effects).isEmpty();
        read(page());
        assertThat(effects).containsExactly(new RemoveOlderThan(2));
        assertThat(result().listed()).isZero();
    }

    static List<Arguments> moves() {
        return List.of(
                Arguments.of(
                        "one more", List.of(pageOf(2, 1, 2), pageOf(2, 3)), List.of(pageOf(2, 1, 2), pageOf(2, 3, 4))),
                Arguments.of(
                        "one less", List.of(pageOf(2, 1, 2), pageOf(2, 3, 4)), List.of(pageOf(2, 1, 2), pageOf(2, 3))),
                // 1 left after it was listed, so that 3 was missed; then 2 left, and 4 was missed.
                Arguments.of(
                        "another missed", List.of(pageOf(2, 1, 2), pageOf(2, 4)), List.of(pageOf(2, 2, 3), pageOf(2))),
                Arguments.of(
                        "as many others",
                        List.of(pageOf(2, 1, 2), pageOf(2, 3)),
                        List.of(pageOf(2, 1, 2), pageOf(2, 4))),
                Arguments.of(
                        "listed again",
                        List.of(pageOf(2, 1, 2), pageOf(2, 2, 3)),
                        List.of(pageOf(2, 1, 2), pageOf(2, 3))),
                Arguments.of(
                        "out of order", List.of(pageOf(2, 2, 1), pageOf(2, 3)), List.of(pageOf(2, 2, 1), pageOf(2, 3))),
                Arguments.of(
                        "uneven",
                        List.of(pageOf(3, 1, 2), pageOf(3, 3), pageOf(3, 4)),
                        List.of(pageOf(3, 1, 2), pageOf(3, 3), pageOf(3, 4))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("moves")
    void aListingThatMovedIsReadAgain(String name, List<ListingPage> first, List<ListingPage> second) {
        start();
        first.forEach(this::read);
        second.forEach(this::read);
        assertThat(pass().number()).as("a third pass").isEqualTo(3);
        assertThat(effects).noneMatch(RemoveOlderThan.class::isInstance);
    }

    @Test
    void anEntryThatIsNoDeviceCountsInTheComparison() {
        ListingPage odd = new ListingPage(devices(1), 1, OptionalInt.of(2), OptionalLong.empty());
        start();
        read(odd, pageOf(2, 3));
        read(pageOf(2, 1), pageOf(2, 3));
        assertThat(pass().number()).isEqualTo(3);
        read(odd, pageOf(2, 3));
        read(odd, pageOf(2, 3));
        assertThat(result()).hasToString("COMPLETE, listed 2 devices in 4 passes, skipped 1 entries");
    }

    @Test
    void passesWithoutAgreementEndWithWhatWasListed() {
        start();
        read(pageOfTotal(3, 1, 2), pageOfTotal(3, 3));
        for (int other = 4; other < 4 + ListingRules.MAX_PASSES - 1; other++) {
            assertThat(effects).noneMatch(RemoveOlderThan.class::isInstance);
            read(pageOfTotal(4, 1, 2), pageOfTotal(4, 3, other));
        }
        assertThat(effects).endsWith(new RemoveOlderThan(1));
        assertThat(result())
                .isEqualTo(new RefreshResult(
                        Ending.PARTIAL,
                        "the listing changed during each pass",
                        4,
                        OptionalLong.of(4),
                        ListingRules.MAX_PASSES,
                        0,
                        100,
                        100));
        assertThat(state.listed()).contains(result());
    }

    @Test
    void theNextRefreshCountsItsPassesOn() {
        start();
        read(pageOf(1, 1));
        nowMs += INTERVAL_MS;
        start();
        effects.clear();
        read(pageOf(2, 1, 2), pageOf(2, 3));
        read(pageOf(2, 1, 2), pageOf(2, 3));
        assertThat(effects).endsWith(new Store(device(3), 3), new RemoveOlderThan(3));
    }

    @Test
    void aListingThatNeverEndsIsLeft() {
        start();
        read(page(1, 2));
        for (int more = 1; more < ListingRules.MAX_IDLE_PAGES; more++) {
            assertThat(read(page(1, 2))).isPresent();
        }
        assertThat(read(page(1, 2))).isEmpty();
        assertThat(result().ending()).isEqualTo(Ending.ENDLESS);
        assertThat(result().reason()).isEqualTo("100 pages in a row listed no further device");
        assertThat(effects).noneMatch(RemoveOlderThan.class::isInstance);
        assertThat(state.listed()).isEmpty();
    }

    @Test
    void anImportOfManyDevicesIsReadThrough() {
        start();
        read(page(10, 20));
        for (int again = 1; again < ListingRules.MAX_IDLE_PAGES; again++) {
            read(page(10, 20));
        }
        read(page(20, 30));
        assertThat(pass().idlePages()).isZero();
        assertThat(pass().devices()).isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource({"0, 10, 20, 40, 50, 50", "1, 5, 10, 20, 25, 25"})
    void failuresBackOffUpToALimit(double random, long first, long second, long third, long fourth, long fifth) {
        start();
        read(pageOf(9, 1, 2));
        for (long delay : List.of(first, second, third, fourth, fifth)) {
            take(new Failed("502", 0), random);
            assertThat(state.dueAtMs()).isEqualTo(nowMs + delay);
            assertThat(rules.nextPage(state, nowMs)).isEmpty();
            nowMs = state.dueAtMs();
        }
        assertThat(state.running().orElseThrow().trouble()).isEqualTo("502");
        assertThat(rules.nextPage(state, nowMs)).contains(new PageRequest("rockets", 2, 2));

        read(pageOf(9, 3, 4));
        assertThat(state.running().orElseThrow().failures()).isZero();
        assertThat(state.running().orElseThrow().trouble()).isEmpty();
    }

    static List<Arguments> delays() {
        return List.of(
                Arguments.of(new Throttled("429", 0), 10L),
                Arguments.of(new Throttled("429", 300), 300L),
                Arguments.of(new Throttled("429", 3), 10L),
                Arguments.of(new Unauthorised("401"), 10L),
                Arguments.of(new Failed("503", 70), 70L),
                Arguments.of(new Failed("503", Long.MAX_VALUE), Long.MAX_VALUE - 100));
    }

    @ParameterizedTest
    @MethodSource("delays")
    void theCloudsWishToBeLeftAloneIsHeeded(ListingOutcome outcome, long delayMs) {
        start();
        take(outcome, 0);
        assertThat(state.dueAtMs() - nowMs).isEqualTo(delayMs);
        assertThat(pass()).isEqualTo(InventoryPass.start(1));
    }

    @Test
    void aRefusalEndsTheRefreshAndKeepsWhatIsKnown() {
        start();
        read(pageOf(1, 1));
        RefreshResult before = result();
        nowMs += INTERVAL_MS;
        start();
        effects.clear();
        take(new Refused("404 Product not found."), 0);

        assertThat(effects).isEmpty();
        RefreshResult refused = new RefreshResult(
                Ending.REFUSED, "404 Product not found.", 0, OptionalLong.empty(), 1, 0, nowMs, nowMs);
        assertThat(state)
                .isEqualTo(new InventoryState(
                        "rockets",
                        Optional.empty(),
                        2,
                        nowMs + INTERVAL_MS,
                        Optional.of(refused),
                        Optional.of(before)));
    }

    @Test
    void aRequestStartsARefreshAtOnce() {
        start();
        read(pageOf(1, 1));
        nowMs += 10;
        assertThat(rules.startIfDue(state, nowMs).running()).isEmpty();
        state = rules.request(state, nowMs);
        assertThat(start()).isPresent();
    }

    @Test
    void aRequestDuringARefreshEndsItsBackOffAndStartsAnother() {
        start();
        take(new Failed("502", 0), 0);
        state = rules.request(rules.request(state, nowMs), nowMs);
        assertThat(rules.nextPage(state, nowMs)).contains(new PageRequest("rockets", 1, 2));
        read(pageOf(1, 1));
        assertThat(state.dueAtMs()).isEqualTo(nowMs);
        start();
        read(pageOf(1, 1));
        assertThat(state.dueAtMs()).as("no third").isEqualTo(nowMs + INTERVAL_MS);
    }

    @Test
    void oneRefreshIsUnderWayAtATime() {
        start();
        read(pageOf(2, 1, 2));
        nowMs += 10 * INTERVAL_MS;
        assertThat(rules.startIfDue(state, nowMs)).isEqualTo(state);
    }

    @Test
    void aStoredTimeIsBroughtForwardIfTheClockWasSetBack() {
        start();
        read(pageOf(1, 1));
        assertThat(rules.restore(state, nowMs)).isEqualTo(state);
        assertThat(rules.restore(state, 0).dueAtMs()).isEqualTo(INTERVAL_MS);
        assertThat(rules.restore(state, 5_000)).isEqualTo(state);
    }

    @Test
    void anOutcomeWithoutARefreshIsABug() {
        assertThatThrownBy(() -> rules.onOutcome(state, new Page(page(1)), nowMs, 0))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("no refresh of rockets is under way");
    }

    @Test
    void aDeviceIsKnownByItsIdInLowerCase() {
        assertThat(ListedDevice.isId("e00fce68" + "0".repeat(16))).isTrue();
        assertThat(ListedDevice.isId("E00FCE68" + "0".repeat(16))).isFalse();
        assertThatThrownBy(() -> new ListedDevice(
                        "x",
                        "",
                        false,
                        OptionalLong.empty(),
                        List.of(),
                        OptionalInt.empty(),
                        OptionalInt.empty(),
                        Optional.empty(),
                        Optional.of(List.of()),
                        Optional.of(Map.of())))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private Optional<PageRequest> start() {
        state = rules.startIfDue(state, nowMs);
        return rules.nextPage(state, nowMs);
    }

    private Optional<PageRequest> read(ListingPage... pages) {
        for (ListingPage each : pages) {
            take(new Page(each), 0);
        }
        return rules.nextPage(state, nowMs);
    }

    private void take(ListingOutcome outcome, double random) {
        ListingStep step = rules.onOutcome(state, outcome, nowMs, random);
        state = step.state();
        effects.addAll(step.effects());
    }

    private InventoryPass pass() {
        return state.running().orElseThrow().pass();
    }

    private RefreshResult result() {
        assertThat(state.running()).isEmpty();
        return state.latest().orElseThrow();
    }
}
