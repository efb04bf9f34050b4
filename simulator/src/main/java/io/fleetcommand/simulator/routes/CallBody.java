package io.fleetcommand.simulator.routes;

import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Optional;

/**
 * The body of a function call: the argument is {@code arg}, else {@code args}, else the first field, else empty.
 *
 * @param argument empty if the field is not text, which the cloud rejects
 */
record CallBody(Optional<String> argument, boolean raw) {
    private static final CallBody NONE = new CallBody(Optional.of(""), false);

    static CallBody of(ApiRequest request) {
        if (request.isJson() && request.body().length > 0) {
            return ofJson(request.body());
        }
        return request.isForm() ? ofForm(request) : NONE;
    }

    private static CallBody ofForm(ApiRequest request) {
        var fields = new Fields();
        request.form().forEach((name, values) -> fields.add(name, Optional.of(values.get(0))));
        return fields.body();
    }

    private static CallBody ofJson(byte[] bytes) {
        var fields = new Fields();
        try (var json = SimulatorJson.FACTORY.createParser(bytes)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new Refusal(Bodies.notOk(400, "The body is not a JSON object"));
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                var value = json.nextToken();
                fields.add(name, value == JsonToken.VALUE_STRING ? Optional.of(json.getText()) : Optional.empty());
                json.skipChildren();
            }
        } catch (IOException e) {
            throw new Refusal(Bodies.notOk(400, "The body is not JSON"));
        }
        return fields.body();
    }

    /** Selects the argument while the fields are parsed. */
    private static final class Fields {
        private static final int ARG = 3;
        private static final int ARGS = 2;
        private static final int FIRST = 1;

        private Optional<String> argument = Optional.of("");
        private int rank;
        private boolean raw;

        void add(String name, Optional<String> value) {
            switch (name) {
                case "access_token" -> {}
                case "format" -> raw = value.equals(Optional.of("raw"));
                case "arg" -> take(value, ARG);
                case "args" -> take(value, ARGS);
                default -> take(value, FIRST);
            }
        }

        CallBody body() {
            return new CallBody(argument, raw);
        }

        private void take(Optional<String> value, int newRank) {
            if (newRank > rank) {
                argument = value;
                rank = newRank;
            }
        }
    }
}
