package io.fleetcommand.processor.core.request;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReplyEnvelopeTest {
    private static final ReplyTo.Header ECHO = header("correlation-id", "7");

    @Test
    void survivesTheRoundTrip() {
        for (int partition : new int[] {ReplyTo.ANY_PARTITION, 0, 7}) {
            ReplyEnvelope envelope =
                    new ReplyEnvelope(new ReplyTo("replies.one", partition, List.of(ECHO)), "r1", "fleet.commands", 3);

            assertThat(ReplyEnvelope.parse(envelope.headers())).contains(envelope);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "fleet-reply-topic, ''",
        "fleet-reply-partition, -1",
        "fleet-reply-partition, x",
        "fleet-reply-partition, 99999999999",
        "fleet-request-partition, ''"
    })
    void otherHeadersAreNoEnvelope(String name, String value) {
        List<ReplyTo.Header> headers = new ArrayList<>(
                new ReplyEnvelope(new ReplyTo("replies.one", 1, List.of()), "r1", "fleet.commands", 3).headers());
        headers.add(header(name, value));

        assertThat(ReplyEnvelope.parse(headers)).isEmpty();
        assertThat(ReplyEnvelope.parse(List.of())).isEmpty();
    }

    private static ReplyTo.Header header(String name, String text) {
        return new ReplyTo.Header(name, text.getBytes(StandardCharsets.UTF_8));
    }
}
