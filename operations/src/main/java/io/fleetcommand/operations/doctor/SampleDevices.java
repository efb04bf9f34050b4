package io.fleetcommand.operations.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Iterator;
import java.util.Optional;

/** Devices of the product to put harmless questions about, from one page of the listing. Confined to one run's checks. */
final class SampleDevices {
    private static final int PAGE = 100;

    private final CloudSession cloud;
    private final TokenCheck token;
    private volatile Optional<String> online;
    private volatile Optional<String> offline = Optional.empty();
    private volatile Optional<String> variable = Optional.empty();

    /** @param named a device that is to be taken for one that is online */
    SampleDevices(CloudSession cloud, TokenCheck token, Optional<String> named) {
        this.cloud = cloud;
        this.token = token;
        this.online = named;
    }

    /** Lists a page, and remembers a device that is online and one that is not. */
    CloudAnswer list() throws Exception {
        CloudAnswer answer = cloud.get(cloud.devices() + "?per_page=" + PAGE, token.token());
        JsonNode json = answer.json();
        for (JsonNode device : json.isArray() ? json : json.path("devices")) {
            Optional<String> id = Optional.of(device.path("id").asText("")).filter(text -> !text.isEmpty());
            if (device.path("online").asBoolean()) {
                online = online.or(() -> id);
            } else {
                offline = offline.or(() -> id);
            }
        }
        return answer;
    }

    Optional<String> online() {
        return online;
    }

    Optional<String> offline() {
        return offline;
    }

    /** The name of a variable of the device that is online; asks the cloud the first time. */
    Optional<String> variable() throws Exception {
        if (variable.isEmpty() && online.isPresent()) {
            CloudAnswer answer = cloud.get(cloud.devices(online.get()), token.token());
            Iterator<String> names = answer.json().path("variables").fieldNames();
            variable = names.hasNext() ? Optional.of(names.next()) : Optional.empty();
        }
        return variable;
    }
}
