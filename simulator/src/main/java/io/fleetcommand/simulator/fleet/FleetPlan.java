package io.fleetcommand.simulator.fleet;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A fleet generated from a seed: a plan always has the same devices, so that a test knows their ids and conditions.
 * Immutable.
 *
 * @param devices 0 to 1,000,000
 * @param offline fraction of devices that are offline, 0 to 1; the sum of the three fractions is at most 1
 * @param sleeping fraction of devices that sleep until called
 * @param flaky fraction of devices that lose calls
 */
public record FleetPlan(int devices, double offline, double sleeping, double flaky, long seed) {
    private static final int MAX_DEVICES = 1_000_000;
    /** Id prefix of the generation of boards that accepts arguments of 1,024 bytes. */
    private static final String ID_PREFIX = "e00fce68";

    public FleetPlan {
        if (devices < 0 || devices > MAX_DEVICES) {
            throw new IllegalArgumentException("a fleet has 0 to " + MAX_DEVICES + " devices, not " + devices);
        }
        if (offline < 0 || sleeping < 0 || flaky < 0 || offline + sleeping + flaky > 1) {
            throw new IllegalArgumentException(
                    "the shares of offline, sleeping and flaky devices must not be negative and together at most 1");
        }
    }

    /** All online. */
    public static FleetPlan of(int devices, long seed) {
        return new FleetPlan(devices, 0, 0, 0, seed);
    }

    public FleetPlan withOffline(double share) {
        return new FleetPlan(devices, share, sleeping, flaky, seed);
    }

    public FleetPlan withSleeping(double share) {
        return new FleetPlan(devices, offline, share, flaky, seed);
    }

    public FleetPlan withFlaky(double share) {
        return new FleetPlan(devices, offline, sleeping, share, seed);
    }

    /**
     * The id of a device: 24 hexadecimal digits, unique for each index of a seed.
     *
     * @param index from 0
     */
    public static String deviceId(long seed, int index) {
        return ID_PREFIX + HexFormat.of().toHexDigits(mixed(mixed(seed) + index));
    }

    /** All devices by index. Each fraction is met exactly (rounded); the seed selects its members. */
    public List<Member> members() {
        var conditions = shuffledConditions();
        var members = new ArrayList<Member>(devices);
        for (int index = 0; index < devices; index++) {
            members.add(new Member(
                    index,
                    deviceId(seed, index),
                    "device-" + index,
                    conditions[index],
                    List.of("group-" + index % 10)));
        }
        return members;
    }

    private Condition[] shuffledConditions() {
        var conditions = new Condition[devices];
        Arrays.fill(conditions, Condition.ONLINE);
        int next = fill(conditions, 0, offline, Condition.OFFLINE);
        next = fill(conditions, next, sleeping, Condition.SLEEPING);
        fill(conditions, next, flaky, Condition.FLAKY);
        var random = new SplittableRandom(seed);
        for (int last = devices - 1; last > 0; last--) {
            int other = random.nextInt(last + 1);
            var swapped = conditions[last];
            conditions[last] = conditions[other];
            conditions[other] = swapped;
        }
        return conditions;
    }

    private int fill(Condition[] conditions, int from, double share, Condition condition) {
        int to = Math.min(devices, from + (int) Math.round(share * devices));
        Arrays.fill(conditions, from, to, condition);
        return to;
    }

    /** A bijection of 64-bit numbers (the finalizer of SplitMix64), so that different indexes have different ids. */
    private static long mixed(long number) {
        long mixed = (number ^ (number >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return mixed ^ (mixed >>> 31);
    }

    /** One device of the plan. */
    public record Member(int index, String id, String name, Condition condition, List<String> groups) {}
}
