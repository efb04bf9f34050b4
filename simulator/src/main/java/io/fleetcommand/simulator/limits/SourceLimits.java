package io.fleetcommand.simulator.limits;

import io.fleetcommand.simulator.profile.Profile;
import io.fleetcommand.simulator.profile.Setting;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** The limits of every source address. Thread-safe. */
public final class SourceLimits {
    /** Beyond this many addresses, those without a request in the window are forgotten. */
    private static final int ADDRESSES_KEPT = 1024;

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

    /** A request arrived: counts it, and says whether it may pass. */
    public LimitDecision admit(String address, long nowNanos) {
        return of(everyRoute, address, nowNanos, key -> all.fresh()).admit(nowNanos);
    }

    /** A request to a token route with a limit of its own arrived. */
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

    /** Returns whether the failure locks the address out. */
    public boolean tokenCreationFailed(String address, long nowNanos) {
        return lockOut(address).failed(nowNanos);
    }

    public void tokenCreated(String address) {
        lockOut(address).succeeded();
    }

    /** Of all routes together: the worst of any address. */
    public WindowUse use(long nowNanos) {
        return everyRoute.values().stream().map(limit -> limit.use(nowNanos)).reduce(WindowUse.NONE, WindowUse::worse);
    }

    /** Starts the worst windows anew; what the addresses have used up stays used up. */
    public void forgetWorst(long nowNanos) {
        everyRoute.values().forEach(limit -> limit.forgetWorst(nowNanos));
    }

    public Duration window() {
        return all.window();
    }

    private LockOut lockOut(String address) {
        return lockOuts.computeIfAbsent(address, key -> new LockOut(rules.lockOutAfter(), rules.lockOut()));
    }

    private static RateLimit of(
            ConcurrentHashMap<String, RateLimit> limits, String key, long nowNanos, Function<String, RateLimit> fresh) {
        var known = limits.get(key);
        if (known != null) {
            return known;
        }
        if (limits.size() >= ADDRESSES_KEPT) {
            limits.values().removeIf(limit -> limit.idle(nowNanos));
        }
        return limits.computeIfAbsent(key, fresh);
    }

    private record RateLimitRule(int limit, Duration window) {
        RateLimit fresh() {
            return new RateLimit(limit, window);
        }
    }
}
