package io.fleetcommand.simulator.profile;

import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The behaviour of the simulated cloud: one {@link Setting} for each {@link Knob}. Immutable. */
public final class Profile {
    /** Every knob at its default. */
    public static final Profile CURRENT = new Profile(defaults());

    private final Set<Setting> settings;

    private Profile(Set<Setting> settings) {
        this.settings = Collections.unmodifiableSet(settings);
    }

    public boolean has(Setting setting) {
        return settings.contains(setting);
    }

    public Profile with(Setting setting) {
        var changed = EnumSet.copyOf(settings);
        changed.removeIf(present -> present.knob() == setting.knob());
        changed.add(setting);
        return new Profile(changed);
    }

    /**
     * Sets a knob by the names used on the command line as {@code knob=setting}.
     *
     * @throws IllegalArgumentException if there is no such knob or setting; the message lists all of them
     */
    public Profile with(String knobWord, String settingWord) {
        var knob = Knob.named(knobWord);
        return with(knob.settings().stream()
                .filter(setting -> setting.word().equals(settingWord))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("knob '" + knobWord + "' cannot be '" + settingWord
                        + "'; it can be "
                        + knob.settings().stream().map(Setting::word).collect(Collectors.joining(", ")))));
    }

    /** The setting of each knob. */
    public Map<Knob, Setting> byKnob() {
        var byKnob = new EnumMap<Knob, Setting>(Knob.class);
        settings.forEach(setting -> byKnob.put(setting.knob(), setting));
        return byKnob;
    }

    private static Set<Setting> defaults() {
        var defaults = EnumSet.noneOf(Setting.class);
        for (var knob : Knob.values()) {
            defaults.add(knob.settings().get(0));
        }
        return defaults;
    }
}
