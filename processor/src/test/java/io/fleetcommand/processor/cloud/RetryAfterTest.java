package io.fleetcommand.processor.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryAfterTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    @ParameterizedTest
    @CsvSource({
        "'', 0",
        "0, 0",
        "' 7 ', 7000",
        "3600, 3600000",
        "3601, 3600000",
        "315360000, 3600000",
        "9223372036854775807, 3600000",
        "99999999999999999999999999, 3600000",
        "-1, 0",
        "-9223372036854775808, 0",
        "1.5, 0",
        "1e9, 0",
        "soon, 0",
        "'Sun, 01 Mar 2026 12:00:30 GMT', 30000",
        "'Sun, 01 Mar 2026 11:00:00 GMT', 0",
        "'Thu, 01 Jan 1970 00:00:00 GMT', 0",
        "'Sat, 01 Mar 2036 12:00:00 GMT', 3600000",
        "'Fri, 31 Dec 9999 23:59:59 GMT', 3600000",
    })
    void isNeverNegativeAndNeverMoreThanAnHour(String header, long ms) {
        assertThat(RetryAfter.ms(header, NOW)).isEqualTo(ms);
    }
}
