package io.fleetcommand.simulator.routes;

import io.fleetcommand.simulator.profile.Profile;
import io.fleetcommand.simulator.profile.Setting;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The requested page of a listing.
 *
 * @param number page number, from 1
 * @param size entries per page
 */
record Page(int number, int size) {
    private static final int DEFAULT_SIZE = 25;
    /** The real limit is unknown; this one keeps responses small. */
    private static final int MAX_SIZE = 100;

    /**
     * @throws Refusal if {@code page} or {@code per_page} is not a number, or out of range and the profile rejects that
     */
    static Page of(ApiRequest request, Profile profile) {
        return new Page(
                number(request, "page", 1, Integer.MAX_VALUE, profile),
                number(request, "per_page", DEFAULT_SIZE, MAX_SIZE, profile));
    }

    <T> List<T> of(List<T> all) {
        int from = (int) Math.min(all.size(), (number - 1L) * size);
        return all.subList(from, Math.min(all.size(), from + size));
    }

    /** The metadata of a listing. */
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

    private static int number(ApiRequest request, String name, int defaultValue, int max, Profile profile) {
        var parameter = request.query(name);
        if (parameter.isEmpty()) {
            return defaultValue;
        }
        long number = parse(name, parameter.get());
        if (profile.has(Setting.PAGE_SIZE_REFUSED) && (number < 1 || number > max)) {
            throw new Refusal(Bodies.notOk(400, name + " must lie between 1 and " + max));
        }
        return (int) Math.min(max, Math.max(1, number));
    }

    private static long parse(String name, String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException malformed) {
            throw new Refusal(Bodies.notOk(400, name + " is not a number"));
        }
    }
}
