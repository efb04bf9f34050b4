package io.fleetcommand.processor.core.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.processor.core.inventory.RefreshResult.Ending;
import io.fleetcommand.service.Backoff;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Checks refreshes of fleets that change while they are listed, under seeded chaos: devices join, leave and are renamed
 * between any two pages; requests fail; the process crashes before or after a page is stored, or in the middle of it. A
 * device that has left does not return within the refresh. A failure reports its seed, which reproduces the run.
 */
class ListingSimulationTest {
    private static final int SEEDS = 3_000;
    private static final int REFRESHES = 3;
    private static final int MAX_REQUESTS = 2_000;

    @Test
    void whatWasThereAllTheTimeIsFound() {
        Map<Ending, Integer> endings = new EnumMap<>(Ending.class);
        for (int seed = 1; seed <= SEEDS; seed++) {
            World world = new World(seed);
            for (int refresh = 1; refresh <= REFRESHES; refresh++) {
                endings.merge(world.refresh(), 1, Integer::sum);
            }
        }
        assertThat(endings.get(Ending.COMPLETE)).isGreaterThan(SEEDS);
        assertThat(endings.get(Ending.PARTIAL)).isGreaterThan(SEEDS / 20);
        assertThat(endings.get(Ending.REFUSED)).isGreaterThan(SEEDS / 50);
        assertThat(endings.get(Ending.ENDLESS)).isNull();
    }

    /** One product's fleet, its listing, and the inventory as it is stored. */
    private static final class World {
        private final int seed;
        private final Random random;
        private final int pageSize;
        private final int cloudsPageSize;
        private final int meta;
        private final double changes;
        private final double troubles;
        private final ListingRules rules;
        private final TreeMap<String, String> fleet = new TreeMap<>();
        private final Map<String, Integer> passes = new HashMap<>();
        private final Map<String, String> names = new HashMap<>();
        private InventoryState stored = InventoryState.unknown("rockets", 0);
        private InventoryState state = stored;
        private long nowMs;
        private int next;

        /** Each name that a device of the product has had during the refresh. */
        private final Map<String, Set<String>> seen = new HashMap<>();

        private final Set<String> constant = new HashSet<>();
        private boolean quiet;

        World(int seed) {
            this.seed = seed;
            this.random = new Random(seed);
            this.pageSize = 1 + random.nextInt(5);
            this.cloudsPageSize = random.nextInt(4) == 0 ? 1 + random.nextInt(pageSize) : pageSize;
            this.meta = random.nextInt(3);
            this.changes = random.nextInt(4) * 0.1;
            this.troubles = random.nextInt(3) * 0.05;
            this.rules = new ListingRules(1_000, pageSize, new Backoff(10, 2, 100, 0.5)::delayMs);
            for (int devices = random.nextInt(25); devices > 0; devices--) {
                join();
            }
        }

        Ending refresh() {
            constant.clear();
            constant.addAll(fleet.keySet());
            seen.clear();
            fleet.forEach(this::onName);
            quiet = random.nextInt(5) == 0;
            nowMs = Math.max(nowMs, state.dueAtMs());
            take(new ListingStep(rules.startIfDue(state, nowMs), List.of()));
            for (int requests = 1; state.running().isPresent(); requests++) {
                assertThat(requests).as("seed %s: %s", seed, state).isLessThan(MAX_REQUESTS);
                nowMs = Math.max(nowMs, state.dueAtMs());
                PageRequest request = rules.nextPage(state, nowMs).orElseThrow();
                take(rules.onOutcome(state, outcome(request), nowMs, random.nextDouble()));
                change();
            }
            check(state.latest().orElseThrow());
            return state.latest().orElseThrow().ending();
        }

        private void join() {
            // Some at the end, where the listing grows, and most in between.
            String id = Listings.id(random.nextInt(10) == 0 ? 1_000_000 + next : random.nextInt(1_000_000));
            next++;
            if (!fleet.containsKey(id) && !seen.containsKey(id)) {
                fleet.put(id, "device-" + next);
                onName(id, fleet.get(id));
            }
        }

        private void onName(String id, String name) {
            seen.computeIfAbsent(id, none -> new HashSet<>()).add(name);
        }

        private void change() {
            for (int count = random.nextInt(3); !quiet && count > 0; count--) {
                if (random.nextDouble() < changes) {
                    join();
                }
                if (random.nextDouble() < changes && !fleet.isEmpty()) {
                    String gone = anyDevice();
                    fleet.remove(gone);
                    constant.remove(gone);
                }
                if (random.nextDouble() < changes && !fleet.isEmpty()) {
                    String renamed = anyDevice();
                    fleet.put(renamed, "renamed-" + next++);
                    onName(renamed, fleet.get(renamed));
                }
            }
        }

        private String anyDevice() {
            return List.copyOf(fleet.keySet()).get(random.nextInt(fleet.size()));
        }

        private ListingOutcome outcome(PageRequest request) {
            if (random.nextDouble() < troubles) {
                return switch (random.nextInt(10)) {
                    case 0 -> new ListingOutcome.Refused("404 Product not found.");
                    case 1, 2, 3 -> new ListingOutcome.Throttled("429", random.nextInt(50));
                    case 4, 5 -> new ListingOutcome.Unauthorised("401");
                    default -> new ListingOutcome.Failed("502", 0);
                };
            }
            List<ListedDevice> devices = fleet.entrySet().stream()
                    .skip((request.page() - 1L) * cloudsPageSize)
                    .limit(cloudsPageSize)
                    .map(device -> Listings.named(Long.parseLong(device.getKey(), 16), device.getValue()))
                    .toList();
            int pages = (fleet.size() + cloudsPageSize - 1) / cloudsPageSize;
            return new ListingOutcome.Page(new ListingPage(
                    devices,
                    0,
                    meta == 1 && pages > 0 ? OptionalInt.of(pages) : OptionalInt.empty(),
                    meta == 2 ? OptionalLong.of(fleet.size()) : OptionalLong.empty()));
        }

        /** Stores a step, unless a crash comes before or in the middle of it: then the stored state is gone on from. */
        private void take(ListingStep step) {
            int crashAfter = random.nextDouble() < troubles
                    ? random.nextInt(step.effects().size() + 1)
                    : Integer.MAX_VALUE;
            for (int done = 0; done < step.effects().size(); done++) {
                if (done == crashAfter) {
                    state = rules.restore(stored, nowMs);
                    return;
                }
                step.effects().get(done).applyTo(inventory);
            }
            stored = step.state();
            state = stored;
        }

        private final ListingEffect.Handler inventory = new ListingEffect.Handler() {
            @Override
            public void store(ListedDevice device, int passNumber) {
                passes.put(device.id(), passNumber);
                names.put(device.id(), device.name());
            }

            @Override
            public void removeOlderThan(int passNumber) {
                passes.values().removeIf(number -> number < passNumber);
                names.keySet().retainAll(passes.keySet());
            }
        };

        private void check(RefreshResult result) {
            Optional<String> invented = Optional.empty();
            if (result.ending().isListed()) {
                invented = names.entrySet().stream()
                        .filter(device ->
                                !seen.getOrDefault(device.getKey(), Set.of()).contains(device.getValue()))
                        .map(Object::toString)
                        .findFirst();
            }
            assertThat(invented).as("seed %s: invented or out of date", seed).isEmpty();
            assertThat(result.passes()).isLessThanOrEqualTo(ListingRules.MAX_PASSES);
            if (result.ending() == Ending.COMPLETE) {
                assertThat(names.keySet()).as("seed %s: %s", seed, result).containsAll(constant);
                assertThat(result.listed()).as("seed %s", seed).isBetween((long) constant.size(), (long) names.size());
            }
            if (quiet && result.ending().isListed()) {
                assertThat(result.ending()).as("seed %s", seed).isEqualTo(Ending.COMPLETE);
                assertThat(names).as("seed %s: %s", seed, result).isEqualTo(fleet);
                assertThat(result.listed()).isEqualTo(fleet.size());
            }
        }
    }
}
