package io.fleetcommand.simulator.routes;

import io.fleetcommand.simulator.profile.Profile;
import io.fleetcommand.simulator.profile.Setting;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which part of a listing was asked for.
 *
 * @param number from 1
 * @param size how many entries a page has
 */
record Page(int number, int size) {
    private static final int DEFAULT_SIZE = 25;
    /** The real bound is unknown; this one keeps an answer small. */
    private static final int MAX_SIZE = 100;

    /** @throws Refusal if {@code page} or {@code per_page} is no number, or out of range and the profile refuses that */
    static Page of(ApiRequest request, Profile profile) {
        return new Page(
                number(request, "page", 1, Integer.MAX_VALUE, profile),
                number(request, "per_page", DEFAULT_SIZE, MAX_SIZE, profile));
    }

    <T> List<T> of(List<T> all) {
        int from = (int) Math.min(all.size(), (number - 1L) * size);
        return all.subList(from, Math.min(all.size(), from + size));
    }

    /** What a listing says of itself. */
    Map<String, Object> meta(int records, Profile profile) {
        boolean everything = profile.has(Setting.LISTING_META_ALL);
        boolean position = profile.has(Setting.LISTING_META_POSITION);
        var meta = new LinkedHashMap<String, Object>();
        if (everything || position) {
            meta.put("page", number);
            meta.put("per_page", size);
        }
        meta.put("total_pages", (records + size - 1) / size);
        if (everything || profile.has(Setting.LISTING_META_RECORDS)) {
            meta.put("total_records", records);
        }
        if (everything || position) {
            meta.put("total", records);
        }
        return meta;
    }

    private static int number(ApiRequest request, String name, int usual, int most, Profile profile) {
        var given = request.query(name);
        if (given.isEmpty()) {
            return usual;
        }
        long number = parsed(name, given.get());
        if (profile.has(Setting.PAGE_SIZE_REFUSED) && (number < 1 || number > most)) {
            throw new Refusal(Bodies.notOk(400, name + " must lie between 1 and " + most));
        }
        return (int) Math.min(most, Math.max(1, number));
    }

    private static long parsed(String name, String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException wrong) {
            throw new Refusal(Bodies.notOk(400, name + " is not a number"));
        }
    }
}
