package io.fleetcommand.simulator.fleet;

import io.fleetcommand.simulator.profile.Profile;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The devices of the product. Thread-safe; the order of {@link #devices()} is that of the plan. */
public final class Fleet {
    private final List<Device> all;
    private final ConcurrentHashMap<String, Device> members = new ConcurrentHashMap<>();

    public Fleet(FleetPlan plan, Timing timing, Profile profile) {
        this.all = plan.members().stream()
                .map(member -> new Device(member, plan.seed(), timing, profile))
                .toList();
        all.forEach(device -> members.put(device.id(), device));
    }

    public Optional<Device> find(String id) {
        return Optional.ofNullable(members.get(id));
    }

    public List<Device> devices() {
        var present = new ArrayList<Device>(members.size());
        for (var device : all) {
            if (members.containsKey(device.id())) {
                present.add(device);
            }
        }
        return present;
    }

    /** Takes a device out of the product. Returns whether it was in. */
    public boolean remove(String id) {
        return members.remove(id) != null;
    }

    /** Puts a device that was removed back into the product; empty if this fleet never had it. */
    public Optional<Device> restore(String id) {
        var known = all.stream().filter(device -> device.id().equals(id)).findFirst();
        known.ifPresent(device -> members.put(id, device));
        return known;
    }
}
