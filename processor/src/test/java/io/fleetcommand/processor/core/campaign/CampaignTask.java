package io.fleetcommand.processor.core.campaign;

import io.fleetcommand.processor.core.request.Reason;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/**
 * One ownership of the campaign: what a task reads, decides and commits. A commit makes state, children, positions and
 * outputs visible together, unless another task has taken over since.
 */
final class CampaignTask implements CampaignEffect.Handler {
    private final CampaignWorld world;
    private final CampaignRules rules;
    private final List<Runnable> outputs = new ArrayList<>();
    private final Map<String, ChildState> children;
    /** The devices that were listed, by position. Replaced by each listing, never changed. */
    private TreeMap<ReleasePosition, String> target;

    private Optional<CampaignState> state;
    private int position;
    private int listings;
    private boolean fenced;

    private CampaignTask(CampaignWorld world) {
        this.world = world;
        this.rules = new CampaignRules(world.campaign);
        this.state = world.stored.state();
        this.children = new HashMap<>(world.stored.children());
        this.target = world.stored.target();
        this.position = world.stored.position();
        this.listings = world.stored.listings();
    }

    /** An event of a child on its way. */
    record Told(String deviceId, ChildEvent event) {}

    /** What is committed together. */
    record Stored(
            Optional<CampaignState> state,
            Map<String, ChildState> children,
            TreeMap<ReleasePosition, String> target,
            int position,
            int listings) {
        static final Stored NOTHING = new Stored(Optional.empty(), Map.of(), new TreeMap<>(), 0, 0);
    }

    static CampaignTask startedIn(CampaignWorld world) {
        return new CampaignTask(world);
    }

    Optional<CampaignState> state() {
        return state;
    }

    Map<String, ChildState> children() {
        return children;
    }

    void fence() {
        fenced = true;
    }

    void read() {
        if (position == world.log.size()) {
            return;
        }
        Object input = world.log.get(position++);
        long nowMs = world.taskNowMs();
        boolean mayBeReplaced = state.isPresent() && state.get().phase().neverBegan();
        if (input instanceof Campaign campaign && !(mayBeReplaced && !campaign.equals(world.campaign))) {
            take(CampaignRules.onCampaign(state, campaign, List.of(), world.policy, nowMs));
        } else if (input instanceof CampaignControl control && state.isPresent()) {
            take(rules.onControl(state.get(), control, world.policy, nowMs));
        } else if (input instanceof Told told && state.isPresent()) {
            CampaignStep.OfChild step =
                    rules.onChild(state.get(), Optional.ofNullable(children.get(told.deviceId())), told.event(), nowMs);
            step.child().ifPresent(child -> children.put(told.deviceId(), child));
            take(step.campaign());
        }
    }

    void tick(QuotaFacts quota) {
        state.ifPresent(known -> take(rules.onTick(known, world.policy, quota, world.taskNowMs())));
    }

    /** A continuous campaign looks for devices that it has not seen. */
    void listAgain() {
        if (state.isPresent() && state.get().targeting().listed()) {
            listTarget();
        }
    }

    void commit() {
        if (fenced) {
            return;
        }
        world.stored = new Stored(state, new HashMap<>(children), target, position, listings);
        state.ifPresent(world::committed);
        outputs.forEach(Runnable::run);
        outputs.clear();
    }

    private void take(CampaignStep step) {
        state = step.next();
        step.effects().forEach(effect -> {
            outputs.add(() -> world.effects.add(effect));
            effect.applyTo(this);
        });
    }

    @Override
    public void listTarget() {
        long more = 0;
        boolean begins = !state.orElseThrow().targeting().listed();
        target = begins ? new TreeMap<>() : new TreeMap<>(target);
        Set<String> known = new HashSet<>(target.values());
        for (String device : world.fleet) {
            if (known.add(device)) {
                target.put(ReleaseOrder.position(world.campaign, listings, device, more), device);
                more++;
            }
        }
        if (begins) {
            world.listedAtFirst = world.campaign.target().within(more);
        }
        listings++;
        take(rules.onTargetListed(state.orElseThrow(), more, OptionalLong.empty(), world.policy, world.taskNowMs()));
    }

    @Override
    public void release(long devices) {
        long atMs = world.nowMs;
        ReleasePosition cursor = state.orElseThrow().targeting().cursor();
        List<Map.Entry<ReleasePosition, String>> next =
                target.tailMap(cursor, false).entrySet().stream().limit(devices).toList();
        for (Map.Entry<ReleasePosition, String> entry : next) {
            children.put(entry.getValue(), ChildState.RELEASED);
            outputs.add(() -> world.released(entry.getValue(), atMs));
        }
        state = Optional.of(rules.onReleased(
                state.orElseThrow(), next.size(), next.get(next.size() - 1).getKey()));
        CampaignState after = state.orElseThrow();
        if (after.counts().holdingPlaces() > after.pace().maxOpen()) {
            world.tooManyOpen.add(after.counts());
        }
    }

    @Override
    public void hold(boolean held) {
        outputs.add(() -> world.hold(held));
    }

    @Override
    public void cancelOpen() {
        outputs.add(world::cancelOpen);
    }

    @Override
    public void publish(CampaignProgress progress) {
        outputs.add(() -> world.published.add(progress));
    }

    @Override
    public void answer(CampaignProgress progress) {
        // Each answer stands among the effects.
    }

    @Override
    public void refuse(CampaignControl control, Reason reason, String detail) {
        // Each refusal stands among the effects.
    }

    @Override
    public void audit(String actor, String what, String why, long atMs) {
        // Each record stands among the effects.
    }
}
