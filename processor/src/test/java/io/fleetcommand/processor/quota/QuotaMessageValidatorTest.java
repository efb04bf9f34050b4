package io.fleetcommand.processor.quota;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.processor.quota.QuotaMessage.CoolingDown;
import io.fleetcommand.processor.quota.QuotaMessage.Demand;
import io.fleetcommand.processor.quota.QuotaMessage.Loan;
import io.fleetcommand.processor.quota.QuotaMessage.Owner;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class QuotaMessageValidatorTest {
    private static final long NOW = 1_800_000_000_000L;
    private static final long OFFSET = 40;

    static Stream<QuotaMessage> validMessages() {
        return Stream.of(
                new Owner("green", Owner.FIRST, NOW + 30_000),
                new Owner("green", OFFSET, NOW + 32_000),
                new Owner("green", 0, 0),
                new CoolingDown(CoolDown.none(10_000).throttled(0, NOW)),
                new CoolingDown(CoolDown.none(10_000).throttled(Long.MAX_VALUE, NOW)),
                new Demand("host/1", NOW + 7_000),
                new Loan(0, "host/1", NOW + 8_000));
    }

    @ParameterizedTest
    @MethodSource("validMessages")
    void messagesOfProcessorsAreInRange(QuotaMessage message) {
        assertThat(QuotaMessageValidator.fault(message, OFFSET, NOW)).isEmpty();
    }

    static Stream<QuotaMessage> invalidMessages() {
        return Stream.of(
                new Owner("", Owner.FIRST, NOW),
                new Owner("a\nb", Owner.FIRST, NOW),
                new Owner("x".repeat(501), Owner.FIRST, NOW),
                new Owner("green", -2, NOW),
                new Owner("green", OFFSET + 1, NOW),
                new Owner("green", Long.MAX_VALUE, NOW),
                new Owner("green", 0, NOW + 60_001),
                new Owner("green", 0, Long.MAX_VALUE),
                new Owner("green", 0, -1),
                new CoolingDown(new CoolDown(NOW + 31_536_000_000L, 1_000, 1)),
                new CoolingDown(new CoolDown(Long.MAX_VALUE, 1_000, 1)),
                new CoolingDown(new CoolDown(Long.MIN_VALUE, 1_000, 1)),
                new CoolingDown(new CoolDown(NOW, 0, 1)),
                new CoolingDown(new CoolDown(NOW, -1, 1)),
                new CoolingDown(new CoolDown(NOW, Long.MAX_VALUE, 1)),
                new CoolingDown(new CoolDown(NOW, 1_000, -1)),
                new CoolingDown(new CoolDown(NOW, 1_000, Integer.MAX_VALUE)),
                new Demand("", NOW),
                new Demand("\u001b[2J", NOW),
                new Demand("me", NOW + 3_600_000),
                new Loan(-5, "me", NOW),
                new Loan(0, "", NOW),
                new Loan(0, "me", Long.MAX_VALUE));
    }

    @ParameterizedTest
    @MethodSource("invalidMessages")
    void otherMessagesAreOutOfRange(QuotaMessage message) {
        assertThat(QuotaMessageValidator.fault(message, OFFSET, NOW)).isPresent();
    }
}
