package io.fleetcommand.processor;

import io.fleetcommand.model.Topics;
import io.fleetcommand.service.BearerText;
import io.fleetcommand.service.Cleartext;
import io.fleetcommand.service.ValidatedConfig;
import java.util.Set;
import okhttp3.HttpUrl;

/** What {@link ProcessorConfigDef} cannot say of one setting alone: URLs, secrets, and settings that must fit together. */
final class ProcessorConfigChecks {
    private ProcessorConfigChecks() {}

    /** Adds the faults to those that were found already. */
    static void check(ValidatedConfig checked) {
        checkUrl(checked, "cloud.url", checked.text("cloud.url"), "not an http or https URL");
        ProcessorSettings.urls(checked.text("token.service.url"))
                .forEach(url ->
                        checkUrl(checked, "token.service.url", url, "not http or https URLs, separated by commas"));
        String secret = checked.text("token.service.secret").strip();
        checked.require(secret.isEmpty() || BearerText.isValid(secret), "token.service.secret" + BearerText.FAULT);
        KafkaClientConfigs.registryClient(checked)
                .forEach((name, value) -> checked.require(
                        KafkaClientConfigs.isCertificate(name) || value.chars().noneMatch(Character::isISOControl),
                        name + ": holds a control character, such as a line feed, which no HTTP header may have"));
        checked.require(
                checked.longNumber("retry.backoff.max.ms") >= checked.longNumber("retry.backoff.ms"),
                "retry.backoff.max.ms: must not be below retry.backoff.ms");
        checked.require(
                checked.longNumber("device.backoff.max.ms") >= checked.longNumber("device.backoff.ms"),
                "device.backoff.max.ms: must not be below device.backoff.ms");
        checked.require(
                checked.longNumber("cloud.breaker.open.max.ms") >= checked.longNumber("cloud.breaker.open.ms"),
                "cloud.breaker.open.max.ms: must not be below cloud.breaker.open.ms");
        checked.require(
                checked.longNumber("request.ttl.max.ms") >= checked.longNumber("request.ttl.ms"),
                "request.ttl.max.ms: must not be below request.ttl.ms");
        checked.require(
                checked.longNumber("dedupe.retention.ms")
                        > checked.longNumber("cloud.call.timeout.ms") + checked.longNumber("lease.margin.ms"),
                "dedupe.retention.ms: must be above cloud.call.timeout.ms + lease.margin.ms");
        checked.require(
                (long) checked.number("quota.burst") + checked.number("quota.headroom")
                        < checked.number("quota.requests"),
                "quota.burst, quota.headroom: together they leave nothing of quota.requests");
        checked.require(
                checked.fraction("quota.priority.normal.min") + checked.fraction("quota.priority.bulk.min") <= 1,
                "quota.priority.normal.min, quota.priority.bulk.min: together they must not be above 1");
        Set<String> clashes = ProcessorSettings.requests(checked).clashes(new Topics(checked.text("topic.prefix")));
        checked.require(
                clashes.isEmpty(),
                "request.topics: " + clashes + " named twice, or the name of a topic of another use");
    }

    private static void checkUrl(ValidatedConfig checked, String setting, String text, String fault) {
        HttpUrl url = HttpUrl.parse(text);
        checked.require(url != null, setting + ": " + fault);
        if (url != null) {
            checked.require(
                    url.username().isEmpty() && url.password().isEmpty(),
                    setting + ": must hold no user and password; they would be seen wherever the address is");
            Cleartext.check(checked, setting, url.isHttps(), url.host());
        }
    }
}
