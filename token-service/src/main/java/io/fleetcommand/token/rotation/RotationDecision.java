package io.fleetcommand.token.rotation;

import java.time.Instant;

/** The one next thing to do. */
public sealed interface RotationDecision {
    /** Has it done; says whether to decide again at once. */
    boolean applyTo(Executor steps);

    /** Who does it. */
    interface Executor {
        void issue(long version);

        void verify(KnownToken token);

        void publish(long version);

        void revoke(KnownToken token);

        void recover(Intent intent);
    }

    /** Nothing, until then at the latest. */
    record Wait(Instant until) implements RotationDecision {
        @Override
        public boolean applyTo(Executor steps) {
            return false;
        }
    }

    /** Ask the cloud for a token. */
    record Issue(long version) implements RotationDecision {
        @Override
        public boolean applyTo(Executor steps) {
            steps.issue(version);
            return true;
        }
    }

    /** Try a token with a cheap call. */
    record Verify(KnownToken token) implements RotationDecision {
        @Override
        public boolean applyTo(Executor steps) {
            steps.verify(token);
            return true;
        }
    }

    /** Give it to the readers in place of the older one. */
    record Publish(long version) implements RotationDecision {
        @Override
        public boolean applyTo(Executor steps) {
            steps.publish(version);
            return true;
        }
    }

    /** Have the cloud end it. */
    record Revoke(KnownToken token) implements RotationDecision {
        @Override
        public boolean applyTo(Executor steps) {
            steps.revoke(token);
            return true;
        }
    }

    /** A mint was begun and its end is not known, since a crash came between: find what it left behind. */
    record Recover(Intent intent) implements RotationDecision {
        @Override
        public boolean applyTo(Executor steps) {
            steps.recover(intent);
            return true;
        }
    }

    /** A token is wanted but must not be minted, since too many attempts have failed; people must look at it. */
    record Stop(String reason, Instant until) implements RotationDecision {
        @Override
        public boolean applyTo(Executor steps) {
            return false;
        }
    }
}
