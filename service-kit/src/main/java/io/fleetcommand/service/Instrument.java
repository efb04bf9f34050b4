package io.fleetcommand.service;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The declaration of one metric: its name, meaning, and the closed set of values of each tag, so that no device or
 * request can become a tag. A service declares its metrics in one class; a test compares them with the table in
 * docs/operations/metrics.md.
 * Immutable.
 *
 * @param name in Micrometer's form, such as {@code fleet.calls}
 * @param unit such as {@code seconds}; empty for a dimensionless number
 * @param meaning description in one sentence
 */
public record Instrument(String name, Kind kind, String unit, String meaning, List<Tag> tags) {
    /** The histogram buckets of every timer: from a fast device to a request that waited for an hour. */
    private static final Duration[] BUCKETS = Stream.of(
                    10, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 300_000, 1_800_000, 3_600_000)
            .map(Duration::ofMillis)
            .toArray(Duration[]::new);

    public Instrument {
        tags = List.copyOf(tags);
    }

    public static Instrument counter(String name, String meaning) {
        return new Instrument(name, Kind.COUNTER, "", meaning, List.of());
    }

    public static Instrument gauge(String name, String unit, String meaning) {
        return new Instrument(name, Kind.GAUGE, unit, meaning, List.of());
    }

    public static Instrument timer(String name, String meaning) {
        return new Instrument(name, Kind.TIMER, "seconds", meaning, List.of());
    }

    /** Adds a tag, whose values are an enum's constants in lower case. */
    public Instrument by(String key, Enum<?>... values) {
        List<Tag> more = new ArrayList<>(tags);
        more.add(new Tag(key, Arrays.stream(values).map(Instrument::tagValue).toList()));
        return new Instrument(name, kind, unit, meaning, more);
    }

    /** @param values one for each tag, in their order */
    public Counter counter(MeterRegistry registry, Enum<?>... values) {
        return Counter.builder(name).description(meaning).tags(tagged(values)).register(registry);
    }

    /**
     * @param now supplies the value at each scrape, on the scraping thread
     * @param values one for each tag, in their order
     */
    public void gauge(MeterRegistry registry, Supplier<Number> now, Enum<?>... values) {
        Gauge.builder(name, now)
                .description(meaning)
                .baseUnit(unit.isEmpty() ? null : unit)
                .tags(tagged(values))
                .register(registry);
    }

    /** @param values one for each tag, in their order */
    public Timer timer(MeterRegistry registry, Enum<?>... values) {
        return Timer.builder(name)
                .description(meaning)
                .serviceLevelObjectives(BUCKETS)
                .tags(tagged(values))
                .register(registry);
    }

    /** The name in a scrape; a timer adds {@code _count}, {@code _sum}, {@code _max} and {@code _bucket} to it. */
    public String scrapedName() {
        String plain = name.replace('.', '_');
        return switch (kind) {
            case COUNTER -> plain + "_total";
            case GAUGE, TIMER -> unit.isEmpty() ? plain : plain + "_" + unit;
        };
    }

    /** The rows of a Markdown table: name, kind, tags with their values, meaning. */
    public static String table(List<Instrument> instruments) {
        return instruments.stream()
                .map(instrument -> "| `" + instrument.scrapedName() + "` | "
                        + instrument.kind.name().toLowerCase(Locale.ROOT) + " | "
                        + instrument.tags.stream().map(Tag::toString).collect(Collectors.joining("; ")) + " | "
                        + instrument.meaning + " |")
                .collect(Collectors.joining("\n"));
    }

    private Tags tagged(Enum<?>... values) {
        if (values.length != tags.size()) {
            throw new IllegalArgumentException(name + " has the tags " + tags + ", not " + Arrays.toString(values));
        }
        Tags tagged = Tags.empty();
        for (int place = 0; place < values.length; place++) {
            Tag tag = tags.get(place);
            String value = tagValue(values[place]);
            if (!tag.values().contains(value)) {
                throw new IllegalArgumentException(name + " has the tag " + tag + ", not " + value);
            }
            tagged = tagged.and(tag.key(), value);
        }
        return tagged;
    }

    private static String tagValue(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    /** The kinds of metrics. */
    public enum Kind {
        COUNTER,
        GAUGE,
        TIMER
    }

    /** One tag and its closed set of values. */
    public record Tag(String key, List<String> values) {
        public Tag {
            values = List.copyOf(values);
        }

        @Override
        public String toString() {
            return key + ": " + String.join(", ", values);
        }
    }
}
