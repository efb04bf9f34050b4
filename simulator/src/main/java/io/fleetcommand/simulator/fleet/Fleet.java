package io.fleetcommand.simulator.fleet;

import io.fleetcommand.simulator.profile.Profile;
import io.fleetcommand.simulator.profile.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The devices of the product. Thread-safe; the order of {@link #devices()} is that of the plan. */
public final class Fleet {
    private final List<Device> all;
    private final ConcurrentHashMap<String, Device> members = new ConcurrentHashMap<>();
    private final Profile profile;

    /** @param owner initial owner of every device */
    public Fleet(FleetPlan plan, String owner, Timing timing, Profile profile) {
        this.profile = profile;
        this.all = plan.members().stream()
                .map(member -> new Device(member, owner, plan.seed(), timing, profile))
                .toList();
        all.forEach(device -> members.put(device.id(), device));
    }

    public Optional<Device> find(String id) {
        return Optional.ofNullable(members.get(key(id)));
    }

    public Optional<Device> findByName(String name) {
        return devices().stream().filter(device -> device.name().equals(name)).findFirst();
    }

    /** Finds a device of an owner by id or name. */
    public Optional<Device> findOwn(String owner, String idOrName) {
        return find(idOrName)
                .filter(device -> device.isOwnedBy(owner))
                .or(() -> ownedBy(owner).stream()
                        .filter(device -> device.name().equals(idOrName))
                        .findFirst());
    }

    public List<Device> ownedBy(String owner) {
        return devices().stream().filter(device -> device.isOwnedBy(owner)).toList();
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

    /** Removes a device from the product. @return whether it was in */
    public boolean remove(String id) {
        return members.remove(key(id)) != null;
    }

    /** Returns a removed device to the product; empty if it was never in this fleet. */
    public Optional<Device> restore(String id) {
        var known = all.stream().filter(device -> device.id().equals(key(id))).findFirst();
        known.ifPresent(device -> members.put(device.id(), device));
        return known;
    }

    private String key(String id) {
        return profile.has(Setting.DEVICE_ID_CASE_EXACT) ? id : id.toLowerCase(Locale.ROOT);
    }
}
