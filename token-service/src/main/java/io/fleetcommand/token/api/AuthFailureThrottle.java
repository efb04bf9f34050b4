package io.fleetcommand.token.api;

import io.fleetcommand.service.Backoff;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Throttles source addresses that send wrong secrets. From {@value #FREE_FAILURES} consecutive failures on, requests of
 * an address are rejected unread for a pause that doubles with each further one, up to a minute. Remembers at most
 * {@value #MAX_ADDRESSES} addresses, and evicts the least recently used. Thread-safe.
 */
final class AuthFailureThrottle {
    static final int FREE_FAILURES = 5;
    static final int MAX_ADDRESSES = 1_024;

    private static final Backoff PAUSE = Backoff.doubling(Duration.ofSeconds(1), Duration.ofSeconds(60));

    private final Map<String, Failures> byAddress = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Failures> eldest) {
            return size() > MAX_ADDRESSES;
        }
    };

    private record Failures(int consecutive, Instant notBefore) {}

    /** The time for which the address is still throttled; zero if it is not. */
    synchronized Duration pause(String address, Instant now) {
        Failures failures = byAddress.get(address);
        return failures == null || !now.isBefore(failures.notBefore())
                ? Duration.ZERO
                : Duration.between(now, failures.notBefore());
    }

    synchronized void recordFailure(String address, Instant now) {
        Failures before = byAddress.get(address);
        int consecutive = before == null ? 1 : before.consecutive() + 1;
        byAddress.put(
                address,
                new Failures(
                        consecutive,
                        consecutive < FREE_FAILURES ? now : now.plus(PAUSE.delay(consecutive - FREE_FAILURES + 1))));
    }

    synchronized void reset(String address) {
        byAddress.remove(address);
    }
}
