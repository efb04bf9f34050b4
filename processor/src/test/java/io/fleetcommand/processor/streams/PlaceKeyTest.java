package io.fleetcommand.processor.streams;

import static io.fleetcommand.processor.core.Requests.DEVICE;
import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.processor.core.Lane;
import io.fleetcommand.processor.core.Place;
import io.fleetcommand.processor.core.Place.Queue;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.utils.Bytes;
import org.junit.jupiter.api.Test;

class PlaceKeyTest {
    private final List<Place> places = new ArrayList<>();

    PlaceKeyTest() {
        for (String device : List.of(DEVICE, "f".repeat(24))) {
            for (Lane lane : Lane.values()) {
                for (long number : new long[] {0, 1, 255, 256, Long.MAX_VALUE - 1}) {
                    Place.Line commands = new Place.Line(lane, Queue.COMMANDS, "");
                    places.add(new Place(device, commands, "", 0, number));
                    Place.Line later = new Place.Line(lane, Queue.COMMANDS_FOR_LATER, "");
                    places.add(new Place(device, later, "", number, 7));
                    for (String requester : List.of("", "a", "b", "a\0b", "ab", "~~~")) {
                        for (String variable : List.of("a", "ab", "a-", "a_", "z".repeat(64))) {
                            Place.Line polls = new Place.Line(lane, Queue.POLLS, requester);
                            places.add(new Place(device, polls, variable, 0, number));
                        }
                    }
                }
            }
        }
    }

    @Test
    void keysSortAsTheirPlacesDo() {
        List<Place> byKey = places.stream()
                .sorted((one, other) -> PlaceKey.of(one).compareTo(PlaceKey.of(other)))
                .toList();
        assertThat(byKey).isEqualTo(places.stream().sorted().toList());
    }

    @Test
    void theBoundsOfALineAndOfAVariableHoldItsPlacesAndNoOthers() {
        for (Place of : places) {
            for (Place place : places) {
                boolean sameLine =
                        place.deviceId().equals(of.deviceId()) && place.line().equals(of.line());
                Bytes key = PlaceKey.of(place);
                assertThat(lies(PlaceKey.startOfLine(of), key, PlaceKey.endOfLine(of)))
                        .isEqualTo(sameLine);
                assertThat(lies(PlaceKey.behind(of), key, PlaceKey.endOfVariable(of)))
                        .isEqualTo(sameLine && place.variable().equals(of.variable()) && place.compareTo(of) > 0);
            }
        }
    }

    private static boolean lies(Bytes from, Bytes key, Bytes to) {
        return key.compareTo(from) >= 0 && key.compareTo(to) <= 0;
    }
}
