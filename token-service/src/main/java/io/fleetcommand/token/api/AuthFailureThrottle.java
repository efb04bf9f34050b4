package io.fleetcommand.token.api;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Wrong secrets by source address. After a few in a row nothing is looked at from that address for a while, which
 * doubles with each further one: a guess a minute at most. Remembers a bounded number of addresses. Thread-safe.
 */
final class AuthFailureThrottle {
    static final int FREE_FAILURES = 5;
    static final int MAX_ADDRESSES = 1_024;

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(60);

    private final Map<String, Wrong> byAddress = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Wrong> eldest) {
            return size() > MAX_ADDRESSES;
        }
    };

    private record Wrong(int inARow, Instant notBefore) {}

    /** How long an address must wait; zero if it need not. */
    synchronized Duration pause(String address, Instant now) {
        Wrong wrong = byAddress.get(address);
        return wrong == null || !now.isBefore(wrong.notBefore())
                ? Duration.ZERO
                : Duration.between(now, wrong.notBefore());
    }

    synchronized void recordFailure(String address, Instant now) {
        Wrong before = byAddress.get(address);
        int inARow = before == null ? 1 : before.inARow() + 1;
        byAddress.put(address, new Wrong(inARow, inARow < FREE_FAILURES ? now : now.plus(length(inARow - FREE_FAILURES))));
    }

    synchronized void reset(String address) {
        byAddress.remove(address);
    }

    private static Duration length(int doublings) {
        Duration doubled = FIRST_PAUSE.multipliedBy(1L << Math.min(doublings, 10));
        return doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
    }
}
