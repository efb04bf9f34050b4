package io.fleetcommand.operations.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import io.fleetcommand.service.Secret;
import io.fleetcommand.text.VisibleText;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * Whether a variable of one device can be read, which changes nothing there.
 *
 * @param device empty to look at none
 * @param variable empty for the first that the device has
 */
record VariableReadCheck(CloudSession cloud, TokenCheck token, Optional<String> device, Optional<String> variable)
        implements Check {
    static final String NAME = "variable read";
    private static final int MAX_TEXT = 100;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public List<String> needs() {
        return List.of(CloudAddressCheck.NAME, CloudTlsCheck.NAME, TokenCheck.NAME);
    }

    @Override
    public Duration limit() {
        return Duration.ofSeconds(50);
    }

    @Override
    public Finding run() throws Exception {
        if (device.isEmpty()) {
            return Finding.skipped("no device is named: --device ID");
        }
        if (variable.isPresent()) {
            return read(device.get(), variable.get()).after(1);
        }
        CloudAnswer answer = cloud.get(cloud.devices(device.get()), token.token());
        if (answer.status() != 200) {
            return refused(answer, "look at devices").after(1);
        }
        Optional<String> first = first(answer.json().path("variables"));
        return first.isPresent()
                ? read(device.get(), first.get()).after(2)
                : Finding.warning(
                                "the device " + shown(device.get()) + " has no variable, or was never online",
                                "name one by --variable, or another --device")
                        .after(1);
    }

    private Finding read(String id, String name) throws Exception {
        CloudAnswer answer = cloud.get(cloud.devices(id, name), token.token());
        boolean silent = answer.status() == 408
                || answer.error().equalsIgnoreCase("timed out.")
                || answer.error().equalsIgnoreCase("timed out");
        if (silent) {
            return Finding.warning(
                    "the device " + shown(id) + " does not answer (" + answer.status() + ")",
                    "see whether it is online; commands for it would wait, and end at their deadline");
        }
        return answer.status() == 200 && answer.json().has("result")
                ? Finding.ok(shown(name) + " of " + shown(id) + " was read in "
                        + answer.took().toMillis() + " ms")
                : refused(answer, "read variables");
    }

    private Finding refused(CloudAnswer answer, String what) {
        return DeviceListingCheck.refusal(
                cloud, token.token().map(Secret::reveal).orElse(""), answer, what);
    }

    private static Optional<String> first(JsonNode variables) {
        Iterator<String> names = variables.fieldNames();
        return names.hasNext() ? Optional.of(names.next()) : Optional.empty();
    }

    private static String shown(String text) {
        return VisibleText.of(text, MAX_TEXT);
    }
}
