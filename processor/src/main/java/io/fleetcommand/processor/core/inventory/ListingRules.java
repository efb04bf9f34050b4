package io.fleetcommand.processor.core.inventory;

import io.fleetcommand.processor.core.inventory.RefreshResult.Ending;
import io.fleetcommand.processor.core.ledger.RetryDelay;
import io.fleetcommand.processor.core.request.SaturatedMath;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The rules of a refresh. Pages move while they are read, so passes over the listing repeat until one confirms the one
 * before it, up to {@link #MAX_PASSES}. Then the devices are removed that the confirming pass did not list; without a
 * confirmation, only those that no pass of the refresh listed. A device that leaves the product and returns to it
 * within one refresh may hide that another was missed.
 */
public final class ListingRules {
    static final int MAX_PASSES = 5;
    /** An import of many devices makes pages that list no further device; a listing with more of them has no end. */
    static final int MAX_IDLE_PAGES = 100;

    private final long intervalMs;
    private final int pageSize;
    private final RetryDelay backoff;

    /**
     * @param intervalMs from the end of one refresh to the start of the next
     * @param pageSize entries per page
     * @param backoff after requests that failed
     */
    public ListingRules(long intervalMs, int pageSize, RetryDelay backoff) {
        this.intervalMs = intervalMs;
        this.pageSize = pageSize;
        this.backoff = backoff;
    }

    /**
     * The state to go on from after a restart. Nothing waits longer than the interval, in case the clock was set back.
     */
    public InventoryState restore(InventoryState stored, long nowMs) {
        return stored.dueAt(Math.min(stored.dueAtMs(), SaturatedMath.sum(nowMs, intervalMs)));
    }

    /**
     * A refresh is requested and starts now. One that is under way goes on at once, and another one follows: its pages
     * may be older than the request.
     */
    public InventoryState request(InventoryState state, long nowMs) {
        InventoryState due = state.dueAt(Math.min(state.dueAtMs(), nowMs));
        return due.running()
                .map(refresh -> due.running(refresh.again(), due.dueAtMs()))
                .orElse(due);
    }

    /** Starts a refresh if one is due and none is under way. */
    public InventoryState startIfDue(InventoryState state, long nowMs) {
        return state.running().isPresent() || nowMs < state.dueAtMs()
                ? state
                : state.running(InventoryRefresh.start(state.lastPass() + 1, nowMs), nowMs);
    }

    /** The page to read now; empty if none is due, or no refresh is under way. */
    public Optional<PageRequest> nextPage(InventoryState state, long nowMs) {
        return state.running()
                .filter(refresh -> nowMs >= state.dueAtMs())
                .map(refresh -> new PageRequest(state.product(), refresh.pass().nextPage(), pageSize));
    }

    /**
     * The outcome of the page that the refresh under way has read.
     *
     * @param random a random number from 0 to 1, for jitter
     */
    public ListingStep onOutcome(InventoryState state, ListingOutcome outcome, long nowMs, double random) {
        InventoryRefresh refresh = state.running()
                .orElseThrow(() -> new IllegalStateException("no refresh of " + state.product() + " is under way"));
        return outcome.in(new Decision(state, refresh, nowMs, random));
    }

    /** What follows from the outcome of one page. */
    private final class Decision implements ListingOutcome.Cases<ListingStep> {
        private final InventoryState state;
        private final InventoryRefresh refresh;
        private final long nowMs;
        private final double random;

        Decision(InventoryState state, InventoryRefresh refresh, long nowMs, double random) {
            this.state = state;
            this.refresh = refresh;
            this.nowMs = nowMs;
            this.random = random;
        }

        @Override
        public ListingStep page(ListingPage content) {
            boolean last = refresh.pass().endsWith(content);
            InventoryPass pass = refresh.pass().with(content, last);
            InventoryRefresh read = refresh.with(pass, content.totalRecords());
            List<ListingEffect> effects = new ArrayList<>();
            content.devices().forEach(device -> effects.add(new ListingEffect.Store(device, pass.number())));
            if (last) {
                return onEndOfPass(read, effects);
            }
            if (pass.idlePages() >= MAX_IDLE_PAGES) {
                String reason = pass.idlePages() + " pages in a row listed no further device";
                return new ListingStep(ended(read, Ending.ENDLESS, reason), effects);
            }
            return new ListingStep(state.running(read, nowMs), effects);
        }

        private ListingStep onEndOfPass(InventoryRefresh read, List<ListingEffect> effects) {
            InventoryPass pass = read.pass();
            boolean confirms =
                    read.previous().filter(before -> before.isConfirmedBy(pass)).isPresent();
            if (confirms || pass.isOneSnapshot()) {
                effects.add(new ListingEffect.RemoveOlderThan(pass.number()));
                return new ListingStep(ended(read, Ending.COMPLETE, ""), effects);
            }
            if (read.passes() == MAX_PASSES) {
                effects.add(new ListingEffect.RemoveOlderThan(read.firstPass()));
                return new ListingStep(ended(read, Ending.PARTIAL, "the listing changed during each pass"), effects);
            }
            return new ListingStep(state.running(read.withNextPass(), nowMs), effects);
        }

        @Override
        public ListingStep throttled(String reason, long retryAfterMs) {
            return failed(reason, retryAfterMs);
        }

        @Override
        public ListingStep unauthorised(String reason) {
            return failed(reason, 0);
        }

        @Override
        public ListingStep refused(String reason) {
            return new ListingStep(ended(refresh, Ending.REFUSED, reason), List.of());
        }

        @Override
        public ListingStep failed(String reason, long retryAfterMs) {
            InventoryRefresh failed = refresh.failed(reason);
            long waitMs = Math.max(retryAfterMs, backoff.delayMs(failed.failures(), random));
            return new ListingStep(state.running(failed, SaturatedMath.sum(nowMs, waitMs)), List.of());
        }

        private InventoryState ended(InventoryRefresh last, Ending ending, String reason) {
            RefreshResult result = new RefreshResult(
                    ending,
                    reason,
                    last.pass().devices(),
                    last.total(),
                    last.passes(),
                    last.pass().skipped(),
                    last.startedAtMs(),
                    nowMs);
            return state.ended(result, last.requestedAgain() ? nowMs : SaturatedMath.sum(nowMs, intervalMs));
        }
    }
}
