package io.fleetcommand.operations.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class CheckupTest {
    @Test
    void whatHasFailedIsTheReasonWhyTheRestIsSkipped() {
        assertThat(findings(
                        check("a", List.of(), () -> Finding.failed("broken", "mend it")),
                        check("b", List.of("a"), () -> Finding.ok("never reached")),
                        check("c", List.of("b"), () -> Finding.ok("never reached")),
                        check("d", List.of(), () -> Finding.ok("fine").after(2))))
                .containsExactly(
                        Finding.failed("broken", "mend it"),
                        Finding.skipped("because of \"a\""),
                        Finding.skipped("because of \"b\""),
                        Finding.ok("fine").after(2));
    }

    @Test
    void aWarningKeepsNothingBack() {
        assertThat(findings(
                        check("a", List.of(), () -> Finding.warning("soon", "look")),
                        check("b", List.of("a", "not part of this run"), () -> Finding.ok("fine"))))
                .containsExactly(Finding.warning("soon", "look"), Finding.ok("fine"));
    }

    @Test
    void aCheckThatHangsFailsAtItsLimit() {
        assertThat(findings(check("a", List.of(), () -> {
                    new CountDownLatch(1).await();
                    return Finding.ok("never");
                })))
                .containsExactly(
                        Finding.failed("no answer within 1 s", "see whether the network drops packets on the way"));
    }

    @Test
    void anExceptionIsAFailureWithItsReason() {
        assertThat(findings(check("a", List.of(), () -> {
                    throw new IllegalStateException("no such thing", new IllegalArgumentException("deeper"));
                })))
                .containsExactly(Finding.failed("no such thing (deeper)", ""));
    }

    private static List<Finding> findings(Check... checks) {
        return new Checkup(List.of(checks))
                .run(report -> {}).stream().map(CheckReport::finding).toList();
    }

    private static Check check(String name, List<String> needs, Callable<Finding> run) {
        return new Check() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public List<String> needs() {
                return needs;
            }

            @Override
            public Duration limit() {
                return Duration.ofSeconds(1);
            }

            @Override
            public Finding run() throws Exception {
                return run.call();
            }
        };
    }
}
