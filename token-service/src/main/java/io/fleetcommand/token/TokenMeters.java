package io.fleetcommand.token;

import io.fleetcommand.service.Instrument;
import io.fleetcommand.service.Meters;
import io.fleetcommand.token.api.AccessOutcome;
import io.fleetcommand.token.rotator.RotationEvent;
import io.fleetcommand.token.rotator.StateStore;
import io.fleetcommand.token.rotator.TokenRotator;
import io.micrometer.core.instrument.Counter;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** All metrics of the token-service; docs/operations/metrics.md lists them. */
final class TokenMeters {
    private static final Instrument EVENTS = Instrument.counter(
                    "fleet.token.service.events", "Steps of the rotation, and their failures.")
            .by("event", RotationEvent.values());
    private static final Instrument ACCESSES = Instrument.counter(
                    "fleet.token.service.accesses", "Requests to the API, by outcome.")
            .by("access", AccessOutcome.values());
    private static final Instrument ALARM = Instrument.gauge(
            "fleet.token.service.alarm",
            "",
            "1 if issuing tokens is stopped or nearly so: three or more consecutive attempts failed.");
    private static final Instrument FAILED_MINTS =
            Instrument.gauge("fleet.token.service.failed.mints", "", "Consecutive failed attempts to issue a token.");
    private static final Instrument REFUSED = Instrument.gauge(
            "fleet.token.service.refused",
            "",
            "1 if the cloud rejects the current token and no newer one is published yet.");
    private static final Instrument LEADS = Instrument.gauge(
            "fleet.token.service.leads", "", "1 if this replica is the leader; the sum over all replicas must be 1.");
    private static final Instrument VERSION =
            Instrument.gauge("fleet.token.service.version", "", "Version of the current token; 0 without one.");
    private static final Instrument REMAINING = Instrument.gauge(
            "fleet.token.service.remaining",
            "seconds",
            "Time until the current token expires; infinite if it does not expire by itself.");
    private static final Instrument LIVE = Instrument.gauge(
            "fleet.token.service.live", "", "Tokens known to be valid at the cloud: two during a rotation, else one.");

    private final Map<RotationEvent, Counter> events = new EnumMap<>(RotationEvent.class);
    private final Map<AccessOutcome, Counter> accesses = new EnumMap<>(AccessOutcome.class);

    TokenMeters(Meters meters) {
        for (RotationEvent event : RotationEvent.values()) {
            events.put(event, EVENTS.counter(meters.registry(), event));
        }
        for (AccessOutcome access : AccessOutcome.values()) {
            accesses.put(access, ACCESSES.counter(meters.registry(), access));
        }
    }

    static List<Instrument> all() {
        return List.of(EVENTS, ACCESSES, ALARM, FAILED_MINTS, REFUSED, LEADS, VERSION, REMAINING, LIVE);
    }

    void count(RotationEvent event) {
        events.get(event).increment();
    }

    void count(AccessOutcome access) {
        accesses.get(access).increment();
    }

    /** Registers the gauges, which read the state at each scrape. */
    static void watch(Meters meters, StateStore store, TokenRotator rotator, InstantSource clock) {
        ALARM.gauge(meters.registry(), () -> number(store.state().guard().isAlarm()));
        FAILED_MINTS.gauge(meters.registry(), () -> store.state().guard().failures());
        REFUSED.gauge(meters.registry(), () -> number(store.state().suspect()));
        LEADS.gauge(meters.registry(), () -> number(store.isLeader()));
        VERSION.gauge(
                meters.registry(),
                () -> rotator.current().map(token -> token.version()).orElse(0L));
        REMAINING.gauge(meters.registry(), () -> remaining(rotator, clock));
        LIVE.gauge(
                meters.registry(),
                () -> store.state().tokens().stream()
                        .filter(token -> token.isValidAt(clock.instant()))
                        .count());
    }

    private static Number remaining(TokenRotator rotator, InstantSource clock) {
        return rotator.current()
                .map(token -> token.expiresAt()
                        .<Number>map(
                                end -> Duration.between(clock.instant(), end).toSeconds())
                        .orElse(Double.POSITIVE_INFINITY))
                .orElse(0);
    }

    private static int number(boolean flag) {
        return flag ? 1 : 0;
    }
}
