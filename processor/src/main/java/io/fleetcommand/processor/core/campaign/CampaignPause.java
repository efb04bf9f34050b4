package io.fleetcommand.processor.core.campaign;

/** Why a campaign is paused. Several may hold at once; it goes on when none does. */
public enum CampaignPause {
    /** A person paused it; a RESUME ends this. */
    PERSON("paused"),
    /** It waits at the end of a stage; a GO_ON ends this. */
    GATE("waits at the end of a stage"),
    /** It is outside its windows; the next opening ends this. */
    WINDOW("outside its windows"),
    /** The policy no longer allows it; a RESUME ends this, once it is allowed again. */
    POLICY("the policy no longer allows it"),
    /** A stop rule with the action PAUSE applied; a RESUME ends this. */
    RULE("a stop rule applied");

    private final String words;

    CampaignPause(String words) {
        this.words = words;
    }

    String words() {
        return words;
    }

    /** Whether a RESUME ends it. */
    boolean isResumable() {
        return this == PERSON || this == POLICY || this == RULE;
    }
}
