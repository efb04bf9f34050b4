package io.fleetcommand.simulator.fleet;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;

/** The product's device groups: those created explicitly, and those of any device. Thread-safe. */
public final class Groups {
    private static final String COLOR = "#19A1FF";

    private final ConcurrentSkipListMap<String, Group> created = new ConcurrentSkipListMap<>();
    private final Fleet fleet;

    public Groups(Fleet fleet) {
        this.fleet = fleet;
    }

    /** A device group. */
    public record Group(String name, String description, String color) {}

    public List<Group> all() {
        var all = new ConcurrentSkipListMap<>(created);
        for (var device : fleet.devices()) {
            device.groups().forEach(name -> all.putIfAbsent(name, new Group(name, "", COLOR)));
        }
        return List.copyOf(all.values());
    }

    public Optional<Group> find(String name) {
        return all().stream().filter(group -> group.name().equals(name)).findFirst();
    }

    public Group put(String name, String description, Optional<String> color) {
        var group = new Group(name, description, color.orElse(COLOR));
        created.put(name, group);
        return group;
    }

    /** Deletes a group, and removes its devices from it. @return whether there was such a group */
    public boolean remove(String name) {
        boolean known = find(name).isPresent();
        created.remove(name);
        fleet.devices().forEach(device -> change(device, List.of(), List.of(name)));
        return known;
    }

    public long size(String name) {
        return fleet.devices().stream()
                .filter(device -> device.groups().contains(name))
                .count();
    }

    public void change(Device device, Collection<String> added, Collection<String> removed) {
        device.change(record -> {
            Set<String> groups = new LinkedHashSet<>(record.groups());
            groups.addAll(added);
            groups.removeAll(removed);
            return record.withGroups(List.copyOf(groups));
        });
    }
}
