package io.fleetcommand.processor.core.campaign;

import io.fleetcommand.processor.core.request.Reason;

/** An effect of a {@link CampaignStep}. The rules return effects; the campaign's task executes them. */
public sealed interface CampaignEffect {
    void applyTo(Handler handler);

    /** Lists the devices of the target, then tells {@link CampaignRules#onTargetListed}. */
    record ListTarget() implements CampaignEffect {
        @Override
        public void applyTo(Handler handler) {
            handler.listTarget();
        }
    }

    /**
     * Releases children of up to so many devices, the next ones in the order of release, then tells {@link
     * CampaignRules#onReleased} with the same commit.
     */
    record Release(long devices) implements CampaignEffect {
        @Override
        public void applyTo(Handler handler) {
            handler.release(devices);
        }
    }

    /** From now on no open child is called, or they may be called again. */
    record Hold(boolean held) implements CampaignEffect {
        @Override
        public void applyTo(Handler handler) {
            handler.hold(held);
        }
    }

    /** Cancels the open children that were not called yet. */
    record CancelOpen() implements CampaignEffect {
        @Override
        public void applyTo(Handler handler) {
            handler.cancelOpen();
        }
    }

    /** Publishes where the campaign stands, for everyone; the last time also to the caller's reply topic. */
    record Publish(CampaignProgress progress) implements CampaignEffect {
        @Override
        public void applyTo(Handler handler) {
            handler.publish(progress);
        }
    }

    /** Answers the sender of a campaign, and nobody else: it was published before, or conflicts with another one. */
    record Answer(CampaignProgress progress) implements CampaignEffect {
        @Override
        public void applyTo(Handler handler) {
            handler.answer(progress);
        }
    }

    /** Refuses a control, which changed nothing. */
    record Refuse(CampaignControl control, Reason reason, String detail) implements CampaignEffect {
        @Override
        public void applyTo(Handler handler) {
            handler.refuse(control, reason, detail);
        }
    }

    /** Records who did what, and why. */
    record Audit(String actor, String what, String why, long atMs) implements CampaignEffect {
        @Override
        public void applyTo(Handler handler) {
            handler.audit(actor, what, why, atMs);
        }
    }

    /** Executes effects. */
    interface Handler {
        void listTarget();

        void release(long devices);

        void hold(boolean held);

        void cancelOpen();

        void publish(CampaignProgress progress);

        void answer(CampaignProgress progress);

        void refuse(CampaignControl control, Reason reason, String detail);

        void audit(String actor, String what, String why, long atMs);
    }
}
