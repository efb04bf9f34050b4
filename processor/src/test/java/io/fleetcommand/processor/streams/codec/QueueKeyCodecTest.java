package io.fleetcommand.processor.streams.codec;

import static io.fleetcommand.processor.core.request.Requests.DEVICE;
import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.processor.core.ports.QueueKey;
import io.fleetcommand.processor.core.ports.QueuePosition;
import io.fleetcommand.processor.core.ports.QueuePosition.Queue;
import io.fleetcommand.processor.core.request.Priority;
import io.fleetcommand.processor.core.request.Requester;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.utils.Bytes;
import org.junit.jupiter.api.Test;

class QueueKeyCodecTest {
    private final List<QueuePosition> places = new ArrayList<>();

    QueueKeyCodecTest() {
        for (String device : List.of(DEVICE, "f".repeat(24))) {
            for (Priority priority : Priority.values()) {
                for (long number : new long[] {0, 1, 255, 256, Long.MAX_VALUE - 1}) {
                    QueuePosition.Line commands = new QueuePosition.Line(priority, Queue.COMMANDS, Requester.ANY);
                    places.add(new QueuePosition(device, commands, 0, number));
                    QueuePosition.Line later =
                            new QueuePosition.Line(priority, Queue.COMMANDS_FOR_LATER, Requester.ANY);
                    places.add(new QueuePosition(device, later, number, 7));
                    for (String topic : List.of("a", "b", "fleet.polls", "fleet.polls2", "z")) {
                        for (int bucket : new int[] {0, 1, Requester.BUCKETS - 1}) {
                            QueuePosition.Line polls =
                                    new QueuePosition.Line(priority, Queue.POLLS, new Requester(topic, bucket));
                            places.add(new QueuePosition(device, polls, 0, number));
                        }
                    }
                }
            }
        }
    }

    @Test
    void keysSortAsTheirPlacesDo() {
        List<QueuePosition> byKey = places.stream()
                .sorted((one, other) -> QueueKeyCodec.of(one).compareTo(QueueKeyCodec.of(other)))
                .toList();
        assertThat(byKey).isEqualTo(places.stream().sorted().toList());
    }

    @Test
    void endOfQueueIsTheUpperBoundOfItsQueueOnly() {
        for (QueuePosition of : places) {
            for (QueuePosition position : places) {
                boolean sameLine = position.deviceId().equals(of.deviceId())
                        && position.line().equals(of.line());
                assertThat(lies(QueueKeyCodec.of(of.next()), QueueKeyCodec.of(position), QueueKeyCodec.endOfQueue(of)))
                        .isEqualTo(sameLine && position.compareTo(of) > 0);
            }
        }
    }

    @Test
    void aKeyDecodesToItsPosition() {
        assertThat(places)
                .allSatisfy(position -> assertThat(QueueKeyCodec.position(QueueKeyCodec.of(position)))
                        .isEqualTo(position));
    }

    @Test
    void aValueDecodesToItsQueueAndDevice() {
        QueueKey queue = new QueueKey(Priority.URGENT, new Requester("fleet.commands", 7));
        Bytes value = QueueKeyCodec.of(queue, DEVICE);

        assertThat(QueueKeyCodec.queue(value)).isEqualTo(queue);
        assertThat(QueueKeyCodec.deviceId(value)).isEqualTo(DEVICE);
    }

    private static boolean lies(Bytes from, Bytes key, Bytes to) {
        return key.compareTo(from) >= 0 && key.compareTo(to) <= 0;
    }
}
