package io.fleetcommand.processor.core.campaign;

import io.fleetcommand.processor.core.request.Action;
import io.fleetcommand.processor.core.request.Reason;
import io.fleetcommand.processor.core.request.ReplyTo;
import io.fleetcommand.processor.core.request.Request;
import io.fleetcommand.processor.core.request.RequestValidator;
import io.fleetcommand.processor.core.request.RequestValidator.Fault;
import io.fleetcommand.processor.core.request.SaturatedMath;
import java.time.Instant;
import java.util.List;

/** Checks a campaign before anything is done for it. All its faults are found, the first one is the reason. */
public final class CampaignValidator {
    static final int MAX_ID_LENGTH = 160;
    static final int MAX_REASON_LENGTH = 500;
    private static final int MAX_LISTED_VALUES = 100;
    private static final long MAX_AHEAD_MS = 730L * 24 * 3_600_000;
    /** Stands for any device, of which the child is checked as an ordinary request. */
    private static final String ANY_DEVICE = "0".repeat(24);

    private final Campaign campaign;
    private final long nowMs;
    private final CampaignBounds bounds;
    private final FaultList faults = new FaultList();

    private CampaignValidator(Campaign campaign, long nowMs, CampaignBounds bounds) {
        this.campaign = campaign;
        this.nowMs = nowMs;
        this.bounds = bounds;
    }

    /**
     * Everything that is wrong with a campaign; nothing if it is valid.
     *
     * @param key the key of its record; empty if it had none
     */
    public static List<Fault> faults(Campaign campaign, String key, long nowMs, CampaignBounds bounds) {
        return new CampaignValidator(campaign, nowMs, bounds).all(key);
    }

    private List<Fault> all(String key) {
        identity(key);
        new TargetValidator(campaign, faults).check();
        child();
        times();
        new RolloutValidator(faults).check(campaign.rollout());
        new StopRuleValidator(campaign, faults).check();
        expectation();
        new WindowValidator(faults).check(campaign.windows());
        windowsOpen();
        return faults.all();
    }

    private void identity(String key) {
        faults.requireCampaignId("campaign_id", campaign.id());
        if (!campaign.id().equals(key)) {
            faults.add(
                    Reason.KEY_MISMATCH,
                    "the record's key " + FaultList.quoted(key) + " is not its campaign_id "
                            + FaultList.quoted(campaign.id()) + "; they must be equal");
        }
        faults.requireText("requester", campaign.requester(), RequestValidator.MAX_ID_LENGTH);
        faults.requireText("reason", campaign.reason(), MAX_REASON_LENGTH);
        otherCampaign("retry_of", campaign.retryOf());
        otherCampaign("target.exclude_campaign", campaign.target().excludeCampaign());
    }

    private void otherCampaign(String field, String id) {
        if (id.isEmpty()) {
            return;
        }
        faults.requireCampaignId(field, id);
        faults.require(!id.equals(campaign.id()), field, FaultList.quoted(id), "it must name another campaign");
    }

    /** What a device is asked is checked as the request that it becomes. */
    private void child() {
        boolean fits = campaign.childTtlMs() > 0 && campaign.childTtlMs() <= bounds.maxTtlMs();
        faults.require(
                fits,
                "deadline_per_device_ms",
                campaign.childTtlMs(),
                "it must be from 1 to " + bounds.maxTtlMs() + " (request.ttl.max.ms)");
        Request child = new Request(
                "child",
                ANY_DEVICE,
                campaign.product(),
                campaign.action(),
                campaign.guarantee(),
                campaign.priority(),
                nowMs,
                0,
                campaign.maxAttempts(),
                "",
                "",
                nowMs,
                "",
                ReplyTo.NOBODY);
        RequestValidator.fault(child, ANY_DEVICE, nowMs, bounds.maxTtlMs()).ifPresent(faults::add);
    }

    private void times() {
        long created = campaign.createdAtMs();
        faults.require(
                created >= SaturatedMath.difference(nowMs, bounds.retentionMs()),
                "created_at",
                time(created),
                "campaigns older than " + bounds.retentionMs()
                        + " ms are not begun, since it is not remembered whether they ran; are these milliseconds?");
        faults.require(
                created <= SaturatedMath.sum(nowMs, bounds.maxTtlMs()),
                "created_at",
                time(created),
                "it lies too far ahead; are these milliseconds?");
        long begins = campaign.notBeforeMs();
        faults.require(begins >= 0, "not_before", time(begins), "it must not be before 1970");
        ahead("not_before", begins);
        if (campaign.endsAtMs().isPresent()) {
            long ends = campaign.endsAtMs().getAsLong();
            ahead("ends_at", ends);
            faults.require(ends > created, "ends_at", time(ends), "it must be later than created_at, " + time(created));
            faults.require(ends > begins, "ends_at", time(ends), "it must be later than not_before, " + time(begins));
            faults.require(ends > nowMs, "ends_at", time(ends), "it has passed");
        }
    }

    private void ahead(String field, long timeMs) {
        faults.require(
                timeMs <= SaturatedMath.sum(nowMs, MAX_AHEAD_MS),
                field,
                time(timeMs),
                "it must be within two years; are these milliseconds?");
    }

    private void expectation() {
        campaign.expected().ifPresent(expected -> {
            double min = expected.min().orElse(Double.NEGATIVE_INFINITY);
            double max = expected.max().orElse(Double.POSITIVE_INFINITY);
            boolean bounded = expected.min().isPresent() || expected.max().isPresent();
            // Not "min > max", which NaN passes.
            faults.require(min <= max, "expect.min", min, "it must be a number not above expect.max, " + max);
            faults.require(
                    bounded != !expected.values().isEmpty(),
                    "expect",
                    expected,
                    "give min and max, or values: one of both");
            faults.require(
                    expected.values().size() <= MAX_LISTED_VALUES,
                    "expect.values",
                    expected.values().size() + " values",
                    "at most " + MAX_LISTED_VALUES + " are taken");
        });
        if (campaign.action() instanceof Action.Read && campaign.expected().isEmpty()) {
            boolean unexpected = campaign.stopRules().stream().anyMatch(StopRule::unexpected);
            faults.require(!unexpected, "stop_rules.unexpected", true, "a poll needs expect for it");
        }
    }

    private void windowsOpen() {
        if (!faults.isEmpty() || campaign.windows().isEmpty()) {
            return;
        }
        long fromMs = Math.max(nowMs, campaign.notBeforeMs());
        MaintenanceWindows windows = MaintenanceWindows.of(campaign.windows());
        boolean opens = campaign.endsAtMs().isPresent()
                ? !windows.neverOpensBetween(fromMs, campaign.endsAtMs().getAsLong())
                : windows.nextOpening(fromMs).isPresent();
        faults.require(
                opens,
                "windows",
                campaign.windows(),
                "none of them opens from " + time(fromMs) + " to ends_at, so it would never begin");
    }

    private static String time(long timeMs) {
        return timeMs + " (" + Instant.ofEpochMilli(timeMs) + ")";
    }
}
