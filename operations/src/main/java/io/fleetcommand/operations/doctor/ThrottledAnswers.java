package io.fleetcommand.operations.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The form of a 429, if one came: none is provoked. */
record ThrottledAnswers(CloudSession cloud) implements Check {
    @Override
    public String name() {
        return ContractPoint.PREFIX + "throttle-body, retry-after";
    }

    @Override
    public Finding run() {
        Optional<CloudAnswer> throttled = cloud.throttled();
        if (throttled.isEmpty()) {
            return Finding.skipped("no 429 came, and none is provoked");
        }
        CloudAnswer answer = throttled.get();
        boolean html = answer.contentType().toLowerCase(Locale.ROOT).contains("html");
        String body = html ? "html" : answer.json().isTextual() ? "double-encoded" : "json";
        List<String> knobs = new ArrayList<>();
        if (!body.equals("json")) {
            knobs.add("--knob throttle-body=" + body);
        }
        if (!answer.retryAfter().isEmpty()) {
            knobs.add("--knob retry-after=present");
        }
        String found = "429 with a body of the form " + body
                + (answer.retryAfter().isEmpty() ? ", without Retry-After" : ", with Retry-After");
        if (!html && answer.json().isMissingNode()) {
            return Finding.failed(
                    "429 with a body of no form that the contract knows", "note it down: no knob behaves so");
        }
        return knobs.isEmpty()
                ? Finding.ok(found)
                : Finding.warning(found, "./fleet sim " + String.join(" ", knobs) + " behaves so");
    }
}
