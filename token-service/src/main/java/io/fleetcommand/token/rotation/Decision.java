package io.fleetcommand.token.rotation;

import java.time.Instant;

/** The one next thing to do. */
public sealed interface Decision {
    /** Has it done; says whether to decide again at once. */
    boolean doWith(Steps steps);

    /** Who does it. */
    interface Steps {
        void mint(long version);

        void prove(KnownToken token);

        void publish(long version);

        void revoke(KnownToken token);

        void recover(Intent intent);
    }

    /** Nothing, until then at the latest. */
    record Keep(Instant until) implements Decision {
        @Override
        public boolean doWith(Steps steps) {
            return false;
        }
    }

    /** Ask the cloud for a token. */
    record Mint(long version) implements Decision {
        @Override
        public boolean doWith(Steps steps) {
            steps.mint(version);
            return true;
        }
    }

    /** Try a token with a cheap call. */
    record Prove(KnownToken token) implements Decision {
        @Override
        public boolean doWith(Steps steps) {
            steps.prove(token);
            return true;
        }
    }

    /** Give it to the readers in place of the older one. */
    record Publish(long version) implements Decision {
        @Override
        public boolean doWith(Steps steps) {
            steps.publish(version);
            return true;
        }
    }

    /** Have the cloud end it. */
    record Revoke(KnownToken token) implements Decision {
        @Override
        public boolean doWith(Steps steps) {
            steps.revoke(token);
            return true;
        }
    }

    /** A mint was begun and its end is not known, since a crash came between: find what it left behind. */
    record Recover(Intent intent) implements Decision {
        @Override
        public boolean doWith(Steps steps) {
            steps.recover(intent);
            return true;
        }
    }

    /** A token is wanted but must not be minted, since too many attempts have failed; people must look at it. */
    record Stop(String why, Instant until) implements Decision {
        @Override
        public boolean doWith(Steps steps) {
            return false;
        }
    }
}
