package io.fleetcommand.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.simulator.profile.Knob;
import io.fleetcommand.simulator.profile.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ReadmeTest {
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([a-z-]+)` \\| ([^|]+) \\|");

    @Test
    void itListsEveryKnobWithItsSettingsTheDefaultFirst() throws IOException {
        List<String> documented = ROW.matcher(Files.readString(Path.of("README.md")))
                .results()
                .map(row -> row.group(1) + "=" + row.group(2).replace("`", "").replace(" · ", ","))
                .toList();

        assertThat(documented)
                .containsExactlyElementsOf(Arrays.stream(Knob.values())
                        .map(knob -> knob.word() + "="
                                + knob.settings().stream().map(Setting::word).collect(Collectors.joining(",")))
                        .toList());
    }
}
