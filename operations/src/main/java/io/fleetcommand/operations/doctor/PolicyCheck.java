package io.fleetcommand.operations.doctor;

import io.fleetcommand.processor.core.policy.AccessPolicy;
import io.fleetcommand.processor.policy.InvalidPolicy;
import io.fleetcommand.processor.policy.PolicyFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether the policy can be read, and allows anything. */
record PolicyCheck(Path file) implements Check {
    static final String NAME = "policy";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Finding run() {
        try {
            if (Files.size(file) > PolicyFile.MAX_BYTES) {
                return Finding.failed(
                        file + " is longer than " + PolicyFile.MAX_BYTES + " bytes", "a processor does not take it");
            }
            AccessPolicy policy = PolicyFile.parse(file.toString(), Files.readAllBytes(file));
            int count = policy.rules().size();
            return count == 0
                    ? Finding.warning(
                            file + " has no rules: every request is REJECTED",
                            "add a rule for what may be asked for; deploy/policy/example.yaml shows how, and ./fleet policy"
                                    + " check tries it")
                    : Finding.ok(file + " has " + count + (count == 1 ? " rule" : " rules"));
        } catch (IOException unreadable) {
            return Finding.failed(
                    file + " cannot be read: " + Checkup.why(unreadable),
                    "a processor that runs keeps its last policy; one that starts refuses to");
        } catch (InvalidPolicy wrong) {
            return Finding.failed(
                    Checkup.why(wrong), "a processor that runs keeps its last policy; one that starts refuses to");
        }
    }
}
