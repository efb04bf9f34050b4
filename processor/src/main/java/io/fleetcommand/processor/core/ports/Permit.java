package io.fleetcommand.processor.core.ports;

import io.fleetcommand.processor.core.request.Priority;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A permit for one call, from its reservation until its call has ended: {@code RESERVED}, {@code USED} once the call is
 * sent, {@code RELEASED}. Its holder releases it, used or not; only the first release counts. Thread-safe.
 */
public final class Permit {
    private enum State {
        RESERVED,
        USED,
        RELEASED
    }

    private final QuotaClass quotaClass;
    private final Issuer issuer;
    private final AtomicReference<State> state = new AtomicReference<>(State.RESERVED);

    /** The limiter that handed a permit out and counts it. */
    @FunctionalInterface
    public interface Issuer {
        /**
         * A permit was released. Called once for each permit, on any thread.
         *
         * @param used whether its call was sent; else what was reserved for it is free again too
         */
        void released(QuotaClass quotaClass, boolean used);
    }

    /** A permit that is reserved. */
    public Permit(QuotaClass quotaClass, Issuer issuer) {
        this.quotaClass = quotaClass;
        this.issuer = issuer;
    }

    /** What its call counts towards. */
    public QuotaClass quotaClass() {
        return quotaClass;
    }

    public Priority priority() {
        return quotaClass.priority();
    }

    /**
     * Its call is sent now. Called by the limiter, as part of {@link CallLimiter#tryAcquire}.
     *
     * @throws IllegalStateException if it was used or released before
     */
    public void use() {
        if (!state.compareAndSet(State.RESERVED, State.USED)) {
            throw new IllegalStateException("the permit is " + state.get());
        }
    }

    /** Its call has ended, or is not sent. Any further release has no effect. */
    public void release() {
        State before = state.getAndSet(State.RELEASED);
        if (before != State.RELEASED) {
            issuer.released(quotaClass, before == State.USED);
        }
    }

    @Override
    public String toString() {
        return state + " permit for " + quotaClass;
    }
}
