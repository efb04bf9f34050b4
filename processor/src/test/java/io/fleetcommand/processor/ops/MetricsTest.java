package io.fleetcommand.processor.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.service.Instrument;
import io.fleetcommand.service.Meters;
import io.micrometer.core.instrument.Tags;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class MetricsTest {
    @Test
    void theDocumentationsTableSaysWhatTheCodeSays() throws Exception {
        String page = Files.readString(Path.of("..", "docs", "operations", "metrics.md"));
        String heading = "## Processor\n";
        assertThat(page).contains(heading);
        List<String> rows = page.substring(page.indexOf(heading) + heading.length())
                .lines()
                .takeWhile(line -> !line.startsWith("#"))
                .filter(line -> line.startsWith("| `"))
                .toList();
        assertThat(String.join("\n", rows)).isEqualTo(Instrument.table(Metrics.all()));
    }

    @Test
    void ofKafkasMetersOnlyThoseOfWholeClientsAreKept() {
        try (Meters meters = new Meters(Metrics.kafkaClientsOnly())) {
            meters.registry().gauge("kafka.consumer.rate", Tags.of("client.id", "c"), 1);
            meters.registry().gauge("kafka.consumer.rate", Tags.of("client.id", "c", "partition", "1"), 1);
            meters.registry().gauge("kafka.consumer.fetch.manager.records.lag", Tags.of("partition", "1"), 1);
            meters.registry().gauge("other", Tags.of("partition", "1"), 1);

            assertThat(meters.scrape())
                    .contains("kafka_consumer_rate{client_id=\"c\"}", "records_lag{partition", "other{partition=\"1\"}")
                    .doesNotContain("kafka_consumer_rate{client_id=\"c\",partition");
        }
    }

    @Test
    void twoStartsGiveTheSameSeriesOfKafkasClients() {
        assertThat(seriesOfAStart())
                .isEqualTo(seriesOfAStart())
                .contains("kafka_consumer_rate{client_id=\"fleet-processor-StreamThread-1-consumer\"}");
    }

    /** Each start puts a new random id into the names of its clients. */
    private static String seriesOfAStart() {
        String process = UUID.randomUUID().toString();
        try (Meters meters = new Meters(Metrics.stableKafkaTags(), Metrics.kafkaClientsOnly())) {
            String client = "fleet-processor-" + process;
            meters.registry()
                    .gauge("kafka.consumer.rate", Tags.of("client.id", client + "-StreamThread-1-consumer"), 1);
            meters.registry().gauge("kafka.stream.rate", Tags.of("process.id", process), 1);
            meters.registry().gauge("kafka.stream.thread.rate", Tags.of("thread.id", client + "-StreamThread-2"), 1);
            return meters.scrape()
                    .lines()
                    .filter(line -> line.startsWith("kafka_"))
                    .collect(Collectors.joining("\n"));
        }
    }

    @Test
    void everyMeterThatIsDeclaredIsListed() throws Exception {
        List<Instrument> declared = new ArrayList<>();
        for (Field field : Metrics.class.getDeclaredFields()) {
            if (field.getType() == Instrument.class) {
                declared.add((Instrument) field.get(null));
            }
        }
        assertThat(Metrics.all()).hasSameElementsAs(declared);
    }
}
