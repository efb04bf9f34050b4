package io.fleetcommand.simulator.fleet;

import io.fleetcommand.simulator.profile.Profile;
import io.fleetcommand.simulator.profile.Setting;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The devices of the product. Thread-safe: the lists of those present are guarded by {@code this}. */
public final class Fleet {
    private static final Pattern COUNT = Pattern.compile("[0-9]{1,7}");
    private static final Pattern RANGE = Pattern.compile("([0-9]{1,7})-([0-9]{1,7})");

    private final List<Device> all;
    private final List<Device> allById;
    private final ConcurrentHashMap<String, Device> members = new ConcurrentHashMap<>();
    private final Profile profile;
    /** The devices that are present, made when they are asked for after a change: a listing is read page by page. */
    private Optional<List<Device>> present = Optional.empty();

    private Optional<List<Device>> presentById = Optional.empty();

    /** @param owner initial owner of every device */
    public Fleet(FleetPlan plan, String owner, Timing timing, Profile profile) {
        this.profile = profile;
        this.all = plan.members().stream()
                .map(member -> new Device(member, owner, plan.seed(), timing, profile))
                .toList();
        this.allById = all.stream().sorted(Comparator.comparing(Device::id)).toList();
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

    /** In the order of the plan. */
    public synchronized List<Device> devices() {
        if (present.isEmpty()) {
            present = Optional.of(presentOf(all));
        }
        return present.get();
    }

    /** In ascending order of ids. */
    public synchronized List<Device> devicesById() {
        if (presentById.isEmpty()) {
            presentById = Optional.of(presentOf(allById));
        }
        return presentById.get();
    }

    private List<Device> presentOf(List<Device> devices) {
        return devices.stream()
                .filter(device -> members.containsKey(device.id()))
                .toList();
    }

    /**
     * Some devices that are present.
     *
     * @param which an id, a number of devices from the first of the plan, or a range of indexes such as {@code 100-149}
     * @throws IllegalArgumentException if there are no such devices
     */
    public List<Device> select(String which) {
        Matcher range = RANGE.matcher(which);
        if (range.matches()) {
            return between(Integer.parseInt(range.group(1)), Integer.parseInt(range.group(2)), which);
        }
        if (COUNT.matcher(which).matches()) {
            return between(0, Integer.parseInt(which) - 1, which);
        }
        return List.of(find(which).orElseThrow(() -> noDevices(which)));
    }

    private List<Device> between(int first, int last, String which) {
        if (first > last || last >= all.size()) {
            throw noDevices(which);
        }
        return presentOf(all.subList(first, last + 1));
    }

    private IllegalArgumentException noDevices(String which) {
        return new IllegalArgumentException("'" + which + "' are no devices of this fleet of " + all.size()
                + ": write an id, a number of devices, or a range of indexes as 100-149");
    }

    /** Removes a device from the product. @return whether it was in */
    public synchronized boolean remove(String id) {
        forgetLists();
        return members.remove(key(id)) != null;
    }

    /** Returns a removed device to the product; empty if it was never in this fleet. */
    public synchronized Optional<Device> restore(String id) {
        var known = all.stream().filter(device -> device.id().equals(key(id))).findFirst();
        forgetLists();
        known.ifPresent(device -> members.put(device.id(), device));
        return known;
    }

    private void forgetLists() {
        present = Optional.empty();
        presentById = Optional.empty();
    }

    private String key(String id) {
        return profile.has(Setting.DEVICE_ID_CASE_EXACT) ? id : id.toLowerCase(Locale.ROOT);
    }
}
