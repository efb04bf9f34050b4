package io.fleetcommand.cli;

import io.fleetcommand.model.Priority;
import io.fleetcommand.model.Reason;
import io.fleetcommand.model.ResultView;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;

/** The rule by which the policy would have allowed a request that it refused: one line of YAML for its file. */
final class RuleHint {
    private RuleHint() {}

    /**
     * Empty unless the policy refused the request.
     *
     * @param topic that it was written to
     */
    static Optional<String> of(SpecificRecord result, String topic, Priority priority) {
        return ResultView.of(result)
                .filter(refused -> refused.reason() == Reason.POLICY)
                .map(refused -> rule(
                        topic,
                        refused.product(),
                        refused.isCommand() ? "functions" : "variables",
                        refused.name(),
                        priority));
    }

    private static String rule(String topic, String product, String part, String name, Priority priority) {
        return "- {name: " + quoted(name + " on " + topic) + ", topics: [" + pattern(topic) + "], products: ["
                + pattern(product) + "], " + part + ": [" + pattern(name) + "], priorities: [" + priority + "]}";
    }

    /** A pattern that this text alone matches. */
    private static String pattern(String text) {
        return quoted(text.replaceAll("[.\\\\+*?()\\[\\]{}|^$]", "\\\\$0"));
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "''") + "'";
    }
}
