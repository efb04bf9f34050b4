package io.fleetcommand.processor.core.campaign;

import io.fleetcommand.processor.core.request.Reason;
import io.fleetcommand.processor.core.request.RequestValidator;
import java.util.HashSet;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;

/** Checks the target of a campaign. What is not said is never taken for "all". */
final class TargetValidator {
    static final int MAX_DEVICE_IDS = 10_000;
    private static final int MAX_GROUPS = 100;
    private static final int MAX_GROUP_LENGTH = 100;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    private final Campaign campaign;
    private final CampaignTarget target;
    private final FaultList faults;

    TargetValidator(Campaign campaign, FaultList faults) {
        this.campaign = campaign;
        this.target = campaign.target();
        this.faults = faults;
    }

    void check() {
        boolean byIds = !target.deviceIds().isEmpty();
        boolean byGroups = !target.groups().isEmpty();
        int ways = (byIds ? 1 : 0) + (byGroups ? 1 : 0) + (target.wholeProduct() ? 1 : 0);
        if (ways == 0) {
            faults.add(
                    Reason.MISSING_FIELD,
                    "target is empty; give device_ids, groups or whole_product: an empty one never means all devices");
        }
        faults.require(
                ways <= 1,
                "target",
                "of " + target.deviceIds().size() + " device_ids, "
                        + target.groups().size() + " groups, whole_product " + target.wholeProduct(),
                "give one of the three");
        faults.require(
                !(byIds && campaign.isContinuous()),
                "mode",
                campaign.mode(),
                "a list of device_ids gains no devices; use SNAPSHOT");
        deviceIds();
        groups();
        narrowing();
    }

    private void deviceIds() {
        int count = target.deviceIds().size();
        faults.require(
                count <= MAX_DEVICE_IDS,
                "target.device_ids",
                count + " ids",
                "at most " + MAX_DEVICE_IDS + " are taken; use groups, or several campaigns");
        Set<String> seen = new HashSet<>();
        for (String id : target.deviceIds()) {
            if (!RequestValidator.isDeviceId(id)) {
                boolean capitals = RequestValidator.isDeviceId(id.toLowerCase(Locale.ROOT));
                faults.add(
                        Reason.ILLEGAL_NAME,
                        "target.device_ids has " + FaultList.quoted(id) + ", which is not 24 hexadecimal digits"
                                + (capitals ? " in small letters" : ""));
                return;
            }
            if (!seen.add(id)) {
                faults.add(Reason.ILLEGAL_NAME, "target.device_ids has " + id + " twice; give each device once");
                return;
            }
        }
    }

    private void groups() {
        int count = target.groups().size();
        faults.require(count <= MAX_GROUPS, "target.groups", count + " groups", "at most " + MAX_GROUPS + " are taken");
        target.groups().forEach(group -> faults.requireText("target.groups", group, MAX_GROUP_LENGTH));
        faults.require(
                new HashSet<>(target.groups()).size() == count,
                "target.groups",
                target.groups(),
                "give each group once");
    }

    private void narrowing() {
        notNegative("target.firmware_version_min", target.firmwareVersionMin());
        notNegative("target.firmware_version_max", target.firmwareVersionMax());
        notNegative("target.platform_id", target.platformId());
        int min = target.firmwareVersionMin().orElse(0);
        int max = target.firmwareVersionMax().orElse(Integer.MAX_VALUE);
        faults.require(
                min <= max,
                "target.firmware_version_min",
                min,
                "it must not be above target.firmware_version_max, " + max);
        int limit = target.limit().orElse(1);
        faults.require(limit >= 1, "target.limit", limit, "it must be at least 1");
        if (!target.function().isEmpty() && !NAME.matcher(target.function()).matches()) {
            faults.add(
                    Reason.ILLEGAL_NAME,
                    "target.function " + FaultList.quoted(target.function())
                            + " may hold letters, digits, _ and -, at most 64 of them");
        }
    }

    private void notNegative(String field, OptionalInt number) {
        faults.require(number.orElse(0) >= 0, field, number.orElse(0), "it must not be below 0");
    }
}
