package io.fleetcommand.processor.streams;

import static io.fleetcommand.processor.core.Requests.DEVICE;
import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.processor.core.Lane;
import io.fleetcommand.processor.core.Place;
import io.fleetcommand.processor.core.Place.Queue;
import io.fleetcommand.processor.core.QueueKey;
import io.fleetcommand.processor.core.Requester;
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
                    Place.Line commands = new Place.Line(lane, Queue.COMMANDS, Requester.ANY);
                    places.add(new Place(device, commands, 0, number));
                    Place.Line later = new Place.Line(lane, Queue.COMMANDS_FOR_LATER, Requester.ANY);
                    places.add(new Place(device, later, number, 7));
                    for (String topic : List.of("a", "b", "fleet.polls", "fleet.polls2", "z")) {
                        for (int bucket : new int[] {0, 1, Requester.BUCKETS - 1}) {
                            Place.Line polls = new Place.Line(lane, Queue.POLLS, new Requester(topic, bucket));
                            places.add(new Place(device, polls, 0, number));
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
    void theEndOfALineHoldsThoseBehindAPlaceAndNoOthers() {
        for (Place of : places) {
            for (Place place : places) {
                boolean sameLine =
                        place.deviceId().equals(of.deviceId()) && place.line().equals(of.line());
                assertThat(lies(PlaceKey.of(of.next()), PlaceKey.of(place), PlaceKey.endOfLine(of)))
                        .isEqualTo(sameLine && place.compareTo(of) > 0);
            }
        }
    }

    @Test
    void aKeyTellsItsPlace() {
        assertThat(places)
                .allSatisfy(
                        place -> assertThat(PlaceKey.place(PlaceKey.of(place))).isEqualTo(place));
    }

    @Test
    void aValueTellsItsQueueAndItsDevice() {
        QueueKey queue = new QueueKey(Lane.URGENT, new Requester("fleet.commands", 7));
        Bytes value = PlaceKey.of(queue, DEVICE);

        assertThat(PlaceKey.queue(value)).isEqualTo(queue);
        assertThat(PlaceKey.deviceId(value)).isEqualTo(DEVICE);
    }

    private static boolean lies(Bytes from, Bytes key, Bytes to) {
        return key.compareTo(from) >= 0 && key.compareTo(to) <= 0;
    }
}
