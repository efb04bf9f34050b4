package io.fleetcommand.processor.core.inventory;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/** Devices and pages for tests. */
public final class Listings {
    private Listings() {}

    public static String id(long number) {
        return String.format("%024x", number);
    }

    public static ListedDevice device(long number) {
        return named(number, "device-" + number);
    }

    public static ListedDevice named(long number, String name) {
        return new ListedDevice(
                id(number),
                name,
                true,
                OptionalLong.of(1_000),
                List.of("canary"),
                OptionalInt.of(13),
                OptionalInt.of(1),
                Optional.of("6.2.0"),
                Optional.of(List.of("reboot")),
                Optional.of(Map.of("uptime", "int32")));
    }

    public static List<ListedDevice> devices(int... numbers) {
        return IntStream.of(numbers).mapToObj(Listings::device).toList();
    }

    /** A page without metadata. */
    public static ListingPage page(int... numbers) {
        return new ListingPage(devices(numbers), 0, OptionalInt.empty(), OptionalLong.empty());
    }

    /** A page of a listing that says how many pages it has. */
    public static ListingPage pageOf(int pages, int... numbers) {
        return new ListingPage(devices(numbers), 0, OptionalInt.of(pages), OptionalLong.empty());
    }

    /** A page of a listing that says how many devices it has. */
    public static ListingPage pageOfTotal(long total, int... numbers) {
        return new ListingPage(devices(numbers), 0, OptionalInt.empty(), OptionalLong.of(total));
    }
}
