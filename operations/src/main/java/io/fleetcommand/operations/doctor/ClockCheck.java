package io.fleetcommand.operations.doctor;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Whether this machine's clock agrees with the cloud's, to the second that the cloud tells. */
record ClockCheck(CloudVisit visit) implements Check {
    static final String NAME = "clock";
    private static final Duration NOTABLE = Duration.ofSeconds(3);
    /** Ends of tokens and deadlines are wrong by as much. */
    private static final Duration TOO_MUCH = Duration.ofSeconds(60);

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public List<String> needs() {
        return List.of(CloudAddressCheck.NAME, CloudTlsCheck.NAME);
    }

    @Override
    public Finding run() throws IOException, InterruptedException {
        CloudAnswer answer = visit.answer();
        Optional<Instant> told = answer.date();
        if (told.isEmpty()) {
            return Finding.skipped("the cloud does not say what time it is");
        }
        // The cloud cut its time to the second, some time within the call.
        Instant middle = answer.at().minus(answer.took().dividedBy(2)).minusMillis(500);
        Duration ahead = Duration.between(told.get(), middle);
        Duration off = ahead.abs().minus(answer.took());
        if (off.compareTo(NOTABLE) <= 0) {
            return Finding.ok("agrees with the cloud's");
        }
        String found = "this machine's clock is " + ahead.abs().toSeconds() + " s "
                + (ahead.isNegative() ? "behind" : "ahead of") + " the cloud's";
        String advice = "let NTP set it (timedatectl set-ntp true): tokens and deadlines are judged by it";
        return off.compareTo(TOO_MUCH) > 0 ? Finding.failed(found, advice) : Finding.warning(found, advice);
    }
}
