package io.fleetcommand.simulator.limits;

import io.fleetcommand.simulator.profile.Profile;
import io.fleetcommand.simulator.profile.Setting;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** The rate limits and lock-outs of all source addresses. Thread-safe. */
public final class SourceLimits {
    /** Above this number of addresses, those without a request in the window are evicted. */
    private static final int MAX_ADDRESSES = 1024;

    private final LimitRules rules;
    private final RateLimitRule all;
    private final ConcurrentHashMap<String, RateLimit> everyRoute = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, RateLimit> tokenRoutes = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, LockOut> lockOuts = new ConcurrentHashMap<>();

    public SourceLimits(LimitRules rules, Profile profile) {
        this.rules = rules;
        this.all = profile.has(Setting.LIMIT_RULE_TEN_PER_SECOND)
                ? new RateLimitRule(10, Duration.ofSeconds(1))
                : new RateLimitRule(rules.limit(), rules.window());
    }

    /** Counts a request against the limit of all routes, and decides whether it is accepted. */
    public LimitDecision admit(String address, long nowNanos) {
        return of(everyRoute, address, nowNanos, key -> all.create()).admit(nowNanos);
    }

    /** Counts a request against the limit of its token route, and decides whether it is accepted. */
    public LimitDecision admitToTokenRoute(String route, String address, long nowNanos) {
        return of(
                        tokenRoutes,
                        route + ' ' + address,
                        nowNanos,
                        key -> new RateLimit(rules.tokenLimit(), rules.window()))
                .admit(nowNanos);
    }

    public LimitDecision admitTokenCreation(String address, long nowNanos) {
        return lockOut(address).admit(nowNanos);
    }

    /** @return whether this failure locks the address out */
    public boolean tokenCreationFailed(String address, long nowNanos) {
        return lockOut(address).failed(nowNanos);
    }

    public void tokenCreated(String address) {
        lockOut(address).succeeded();
    }

    /** The highest use of the limit of all routes by any address. */
    public WindowUse use(long nowNanos) {
        return everyRoute.values().stream().map(limit -> limit.use(nowNanos)).reduce(WindowUse.NONE, WindowUse::worse);
    }

    /** Resets the highest use so far. The limits themselves are not reset. */
    public void resetWorst(long nowNanos) {
        everyRoute.values().forEach(limit -> limit.resetWorst(nowNanos));
    }

    public Duration window() {
        return all.window();
    }

    private LockOut lockOut(String address) {
        return lockOuts.computeIfAbsent(address, key -> new LockOut(rules.lockOutAfter(), rules.lockOut()));
    }

    private static RateLimit of(
            ConcurrentHashMap<String, RateLimit> limits,
            String key,
            long nowNanos,
            Function<String, RateLimit> create) {
        var known = limits.get(key);
        if (known != null) {
            return known;
        }
        if (limits.size() >= MAX_ADDRESSES) {
            limits.values().removeIf(limit -> limit.idle(nowNanos));
        }
        return limits.computeIfAbsent(key, create);
    }

    private record RateLimitRule(int limit, Duration window) {
        RateLimit create() {
            return new RateLimit(limit, window);
        }
    }
}
