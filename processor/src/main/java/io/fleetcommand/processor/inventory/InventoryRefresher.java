package io.fleetcommand.processor.inventory;

import io.fleetcommand.processor.core.inventory.InventoryState;
import io.fleetcommand.processor.core.inventory.ListingOutcome;
import io.fleetcommand.processor.core.inventory.ListingRules;
import io.fleetcommand.processor.core.inventory.ListingStep;
import io.fleetcommand.processor.core.inventory.PageRequest;
import io.fleetcommand.processor.core.ports.DeviceListing;
import io.fleetcommand.processor.core.ports.InventorySink;
import io.fleetcommand.processor.core.request.SaturatedMath;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Refreshes the inventories of products: reads one page after the other as {@link ListingRules} and {@link PagePermits}
 * say, and hands what follows to the sink. Products take turns on one given thread, which waits for the cloud's answer
 * and for the sink, and else only until the next timer. The public methods are thread-safe and do not wait.
 */
public final class InventoryRefresher implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(InventoryRefresher.class);
    /** The longest timer: a step of the wall clock is noticed within this time. */
    private static final long MAX_TIMER_MS = TimeUnit.MINUTES.toMillis(1);
    /** How long until the next turn after the sink could not store a step. */
    private static final long RETRY_MS = TimeUnit.SECONDS.toMillis(5);

    private final ListingRules rules;
    private final DeviceListing listing;
    private final PagePermits permits;
    private final InventorySink sink;
    private final ScheduledExecutorService thread;
    private final InstantSource clock;
    private final DoubleSupplier random;
    /** Guarded by itself. */
    private final Map<String, Inventory> inventories = new HashMap<>();

    /**
     * @param thread a single thread; its owner ends it, after {@link #close}
     * @param random uniform random numbers in [0, 1), for jitter
     */
    public InventoryRefresher(
            ListingRules rules,
            DeviceListing listing,
            PagePermits permits,
            InventorySink sink,
            ScheduledExecutorService thread,
            InstantSource clock,
            DoubleSupplier random) {
        this.rules = rules;
        this.listing = listing;
        this.permits = permits;
        this.sink = sink;
        this.thread = thread;
        this.clock = clock;
        this.random = random;
    }

    /** Refreshes the inventory of a product from now on, in place of any earlier state of it. */
    public void keep(InventoryState stored) {
        Inventory inventory = new Inventory(rules.restore(stored, clock.millis()));
        synchronized (inventories) {
            Optional.ofNullable(inventories.put(stored.product(), inventory)).ifPresent(Inventory::drop);
        }
        schedule(inventory::run, 0);
    }

    /** Refreshes the inventory of a product now; without effect if it is not kept here. */
    public void request(String product) {
        inventory(product).ifPresent(inventory -> schedule(inventory::requestNow, 0));
    }

    /** Leaves the inventory of a product alone from now on. A page that is being read is not handed to the sink. */
    public void drop(String product) {
        synchronized (inventories) {
            Optional.ofNullable(inventories.remove(product)).ifPresent(Inventory::drop);
        }
    }

    /** Leaves all inventories alone from now on. */
    @Override
    public void close() {
        synchronized (inventories) {
            inventories.values().forEach(Inventory::drop);
            inventories.clear();
        }
        permits.close();
    }

    private Optional<Inventory> inventory(String product) {
        synchronized (inventories) {
            return Optional.ofNullable(inventories.get(product));
        }
    }

    private Optional<ScheduledFuture<?>> schedule(Runnable task, long nanos) {
        try {
            return Optional.of(thread.schedule(task, nanos, TimeUnit.NANOSECONDS));
        } catch (RejectedExecutionException shutDown) {
            return Optional.empty();
        }
    }

    /** The inventory of one product. Confined to the refresher's thread, but for {@link #drop}. */
    private final class Inventory {
        private volatile boolean dropped;
        private InventoryState state;
        private Optional<ScheduledFuture<?>> timer = Optional.empty();

        Inventory(InventoryState state) {
            this.state = state;
        }

        void drop() {
            dropped = true;
        }

        /** The request is stored with the next step that the sink stores, which follows at once. */
        void requestNow() {
            state = rules.request(state, clock.millis());
            run();
        }

        void run() {
            timer.ifPresent(set -> set.cancel(false));
            long nanos = dropped ? 0 : turn();
            if (dropped) {
                permits.release();
            } else {
                timer = schedule(this::run, nanos);
            }
        }

        /**
         * Reads the next page if one is due and the quota has a call for it.
         *
         * @return how long until the next turn
         */
        private long turn() {
            try {
                startIfDue();
                Optional<PageRequest> due = rules.nextPage(state, clock.millis());
                if (due.isPresent() && !permits.tryAcquire()) {
                    return permits.nanosToNext();
                }
                due.ifPresent(this::read);
                return nanosUntilDue();
            } catch (RuntimeException failure) {
                LOG.warn("inventory of {}: stopped, trying again in {} ms", state.product(), RETRY_MS, failure);
                return TimeUnit.MILLISECONDS.toNanos(RETRY_MS);
            }
        }

        private long nanosUntilDue() {
            long waitMs = SaturatedMath.difference(state.dueAtMs(), clock.millis());
            return TimeUnit.MILLISECONDS.toNanos(Math.max(0, Math.min(waitMs, MAX_TIMER_MS)));
        }

        /** Hands the start to the sink before any page is read, so that the numbers of its passes are used once. */
        private void startIfDue() {
            InventoryState started = rules.startIfDue(state, clock.millis());
            if (!started.equals(state)) {
                LOG.info("inventory of {}: refresh started", state.product());
                hand(new ListingStep(started, List.of()));
            }
        }

        private void read(PageRequest page) {
            ListingOutcome outcome = outcome(page);
            if (!dropped) {
                ListingStep step = rules.onOutcome(state, outcome, clock.millis(), random.getAsDouble());
                hand(step);
                log(step.state());
            }
        }

        private ListingOutcome outcome(PageRequest page) {
            try {
                ListingOutcome outcome = listing.page(page);
                if (outcome instanceof ListingOutcome.Throttled throttled) {
                    permits.throttled(throttled.retryAfterMs());
                }
                return outcome;
            } finally {
                permits.ended();
            }
        }

        /** If the sink refuses the step, the state stays as it is. */
        private void hand(ListingStep step) {
            sink.accept(step);
            state = step.state();
        }

        private void log(InventoryState after) {
            after.running()
                    .filter(refresh -> refresh.failures() == 1)
                    .ifPresent(refresh -> LOG.warn(
                            "inventory of {}: refresh failed, trying again: {}", after.product(), refresh.trouble()));
            if (after.running().isEmpty()) {
                after.latest()
                        .ifPresent(result -> LOG.info("inventory of {}: refresh ended {}", after.product(), result));
            }
        }
    }
}
