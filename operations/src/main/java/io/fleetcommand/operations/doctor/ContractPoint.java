package io.fleetcommand.operations.doctor;

import io.fleetcommand.service.Secret;
import io.fleetcommand.text.VisibleText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * One point of the cloud's contract, on which a harmless call shows how the real cloud behaves.
 *
 * @param point what it is about
 * @param question the call
 * @param expected every behaviour that is known of, the likeliest first
 * @param token for redaction: an answer may repeat it
 */
record ContractPoint(String point, Question question, List<Expectation> expected, CloudSession cloud, TokenCheck token)
        implements Check {
    static final String PREFIX = "contract: ";
    private static final int MAX_TEXT = 200;
    private static final int MAX_FIELDS = 12;

    ContractPoint {
        expected = List.copyOf(expected);
    }

    /** A call that changes nothing at the cloud or at a device. */
    interface Question {
        /** Empty if it could not be asked. */
        Optional<CloudAnswer> ask() throws Exception;

        /** Why it could not be asked, if it could not. */
        String obstacle();
    }

    /**
     * One way in which the cloud may behave.
     *
     * @param words what that is
     * @param knob the simulator's option for it, such as {@code unknown-device=403}; empty if it has none
     * @param isDefault whether the simulator behaves so without any option
     * @param found what is worth writing down of an answer
     */
    record Expectation(
            String words,
            String knob,
            boolean isDefault,
            Predicate<CloudAnswer> fits,
            Function<CloudAnswer, String> found) {
        /** What the simulator does by itself. */
        static Expectation standard(String words, String knob, Predicate<CloudAnswer> fits) {
            return new Expectation(words, knob, true, fits, answer -> "");
        }

        /** What the simulator does with an option. */
        static Expectation other(String words, String knob, Predicate<CloudAnswer> fits) {
            return new Expectation(words, knob, false, fits, answer -> "");
        }
    }

    @Override
    public String name() {
        return PREFIX + point;
    }

    @Override
    public List<String> needs() {
        return List.of(DeviceListingCheck.NAME);
    }

    @Override
    public Duration limit() {
        return Duration.ofSeconds(50);
    }

    @Override
    public Finding run() throws Exception {
        int before = cloud.calls();
        Optional<CloudAnswer> answer = question.ask();
        return answer.map(this::judge)
                .orElseGet(() -> Finding.skipped(question.obstacle()))
                .after(cloud.calls() - before);
    }

    private Finding judge(CloudAnswer answer) {
        if (answer.isThrottled()) {
            return Throttling.finding(answer);
        }
        return expected.stream()
                .filter(way -> way.fits().test(answer))
                .findFirst()
                .map(way -> way.isDefault()
                        ? Finding.ok(said(way, answer))
                        : Finding.warning(
                                said(way, answer),
                                "./fleet sim --knob " + way.knob() + " behaves so; by itself the simulator does not"))
                .orElseGet(() -> Finding.failed(
                        "none of what the contract knows: " + shape(answer),
                        "note it down: no knob of the simulator behaves so"));
    }

    private static String said(Expectation way, CloudAnswer answer) {
        String found = way.found().apply(answer);
        return way.words()
                + (way.knob().isEmpty() ? "" : " (" + way.knob() + ")")
                + (found.isEmpty() ? "" : ": " + VisibleText.of(found, MAX_TEXT));
    }

    /** The form of an answer, without what may be secret or somebody's data. */
    private String shape(CloudAnswer answer) {
        if (answer.json().isMissingNode()) {
            return answer.status() + ", no JSON (" + VisibleText.of(answer.contentType(), MAX_TEXT) + ")";
        }
        List<String> fields = new ArrayList<>();
        answer.json().fieldNames().forEachRemaining(fields::add);
        String error = token.token()
                .map(Secret::reveal)
                .map(shown -> answer.error().replace(shown, "***"))
                .orElseGet(answer::error);
        return VisibleText.of(
                answer.status() + ", fields " + fields.subList(0, Math.min(fields.size(), MAX_FIELDS))
                        + (error.isEmpty() ? "" : ", error \"" + error + "\""),
                MAX_TEXT);
    }
}
