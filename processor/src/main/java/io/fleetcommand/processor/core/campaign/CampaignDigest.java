package io.fleetcommand.processor.core.campaign;

import io.fleetcommand.processor.core.request.Action;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.TreeSet;

/**
 * A digest of all that a campaign says but {@code created_at}: the same id with another digest is another campaign.
 * Stored, so it must not change: a new field must add nothing while it has its default.
 */
final class CampaignDigest {
    private final MessageDigest digest;

    private CampaignDigest(MessageDigest digest) {
        this.digest = digest;
    }

    static String of(Campaign campaign) {
        try {
            CampaignDigest digest = new CampaignDigest(MessageDigest.getInstance("SHA-256"));
            digest.addWhat(campaign);
            digest.addTarget(campaign.target());
            digest.addRollout(campaign.rollout());
            campaign.windows().forEach(digest::addWindow);
            campaign.stopRules().forEach(digest::addStopRule);
            campaign.expected().ifPresent(digest::addExpectation);
            return HexFormat.of().formatHex(digest.digest.digest());
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }

    private void addWhat(Campaign campaign) {
        add("id", campaign.id());
        add("product", campaign.product());
        if (campaign.action() instanceof Action.Call call) {
            add("function", call.function());
            add("argument", call.argument());
        } else if (campaign.action() instanceof Action.Read read) {
            add("variable", read.variable());
            add("max_age_ms", read.maxAgeMs());
        }
        add("guarantee", campaign.guarantee());
        add("priority", campaign.priority());
        add("child_ttl_ms", campaign.childTtlMs());
        add("max_attempts", campaign.maxAttempts());
        add("not_before", campaign.notBeforeMs());
        add("ends_at", campaign.endsAtMs());
        add("end_behaviour", campaign.endBehaviour());
        add("mode", campaign.mode());
        add("order", campaign.order());
        add("requester", campaign.requester());
        add("reason", campaign.reason());
        add("retry_of", campaign.retryOf());
    }

    private void addTarget(CampaignTarget target) {
        addAll("device_id", target.deviceIds());
        addAll("group", target.groups());
        add("group_match", target.groupMatch());
        add("whole_product", target.wholeProduct());
        add("online_only", target.onlineOnly());
        add("firmware_min", target.firmwareVersionMin());
        add("firmware_max", target.firmwareVersionMax());
        add("platform", target.platformId());
        add("target_function", target.function());
        add("limit", target.limit());
        add("exclude", target.excludeCampaign());
    }

    private void addRollout(CampaignRollout rollout) {
        add("start", rollout.startPerMinute());
        add("factor", rollout.factor());
        add("raise_after", rollout.raiseAfterSuccesses());
        add("most", rollout.mostPerMinute());
        add("max_open", rollout.maxOpen());
        for (CampaignRollout.Stage stage : rollout.stages()) {
            add("up_to", stage.upTo());
            add("up_to_percent", stage.upToPercent());
            add("gate", stage.gate());
        }
    }

    private void addWindow(CampaignWindow window) {
        addAll("day", new TreeSet<>(window.days()));
        add("from", window.from());
        add("to", window.to());
        add("zone", window.zone());
    }

    private void addStopRule(StopRule rule) {
        addAll("status", new TreeSet<>(rule.statuses()));
        addAll("stop_reason", new TreeSet<>(rule.reasons()));
        add("return_below", rule.returnBelow());
        add("unexpected", rule.unexpected());
        add("unreachable", rule.unreachable());
        add("share", rule.sharePercent());
        add("minimum", rule.minimumEnded());
        add("count", rule.count());
        add("action", rule.action());
    }

    private void addExpectation(CampaignExpectation expected) {
        add("min", expected.min());
        add("max", expected.max());
        addAll("value", expected.values());
    }

    private void addAll(String name, Collection<?> values) {
        values.forEach(value -> add(name, value));
    }

    private void add(String name, Object value) {
        addText(name);
        addText(value.toString());
    }

    /** Prefixed with its length, so that the boundaries between parts are unambiguous. */
    private void addText(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
        digest.update(bytes);
    }
}
