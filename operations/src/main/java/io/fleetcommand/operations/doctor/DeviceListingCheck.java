package io.fleetcommand.operations.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import io.fleetcommand.service.Secret;
import io.fleetcommand.text.VisibleText;
import java.util.List;

/** Whether the token may list devices, and there are any: one page of one device. */
record DeviceListingCheck(CloudSession cloud, TokenCheck token) implements Check {
    static final String NAME = "device listing";
    private static final int MAX_TEXT = 200;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public List<String> needs() {
        return List.of(CloudAddressCheck.NAME, CloudTlsCheck.NAME, TokenCheck.NAME);
    }

    @Override
    public Finding run() throws Exception {
        CloudAnswer answer = cloud.get(cloud.devices() + "?per_page=1", token.token());
        return judge(answer).after(1);
    }

    private Finding judge(CloudAnswer answer) {
        if (answer.status() == 200) {
            JsonNode json = answer.json();
            JsonNode devices = json.isArray() ? json : json.path("devices");
            return devices.isEmpty()
                    ? Finding.warning(
                            cloud.owner() + " has no devices", "add devices to it, or name another --product or token")
                    : Finding.ok(cloud.owner() + " has devices");
        }
        return refusal(cloud, token.token().map(Secret::reveal).orElse(""), answer, "list devices");
    }

    /** What a call was refused for, of those for which the cloud's form is alike. */
    static Finding refusal(CloudSession cloud, String token, CloudAnswer answer, String what) {
        String error =
                VisibleText.of(token.isEmpty() ? answer.error() : answer.error().replace(token, "***"), MAX_TEXT);
        String said = answer.status() + (error.isEmpty() ? "" : " " + error);
        return switch (answer.status()) {
            case 429 -> Throttling.finding(answer);
            case 401 ->
                Finding.failed(
                        "the cloud refuses the token: " + said,
                        "it is revoked, has ended, or is not of this cloud: see where it comes from");
            case 400 ->
                Finding.failed(
                        "the token may not " + what + ": " + said,
                        "give the API user the scopes devices:list, devices.variable:get and devices.function:call");
            case 403 ->
                Finding.failed(
                        "the cloud denies to " + what + " of " + cloud.owner() + ": " + said, cloud.adviceOnOwner());
            case 404 ->
                Finding.failed(
                        "the cloud knows no such product or device: " + said, "see that the id or slug is right");
            default ->
                Finding.failed(
                        "the cloud answers " + said, "if it lasts, see https://status.particle.io and try again later");
        };
    }
}
