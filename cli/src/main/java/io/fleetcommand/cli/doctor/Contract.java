package io.fleetcommand.cli.doctor;

import static io.fleetcommand.cli.doctor.ContractPoint.Expectation.other;
import static io.fleetcommand.cli.doctor.ContractPoint.Expectation.standard;

import com.fasterxml.jackson.databind.JsonNode;
import io.fleetcommand.cli.doctor.ContractPoint.Expectation;
import io.fleetcommand.cli.doctor.ContractPoint.Question;
import io.fleetcommand.service.Secret;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The contract's points on which sources disagree, as far as harmless calls can settle them: listings, what does not
 * exist, and reads of variables. Nothing is called that could move a device, and no wrong secret is tried.
 */
final class Contract {
    /** An id of the right form that no device has. */
    private static final String NO_DEVICE = "ffffffffffffffffffffffff";

    private static final String NO_PRODUCT = "fleet-doctor-no-such-product";
    private static final String NO_VARIABLE = "fleetDoctorNone";
    private static final Secret NO_TOKEN = Secret.of("0000000000000000000000000000000000000000");

    /** What no harmless call can show, and why; by the simulator's knob. */
    static final Map<String, String> NOT_ASKED = Map.of(
            "function-body", "a function would run",
            "unknown-function", "a call might run a function",
            "return-value", "a function would run",
            "long-argument", "a function would run",
            "silent-device", "a function might run",
            "scope-miss", "it needs a token that may do less",
            "limit-rule", "the quota would have to be used up",
            "lock-out", "this address would be locked out",
            "bad-client", "wrong secrets count towards the lock-out",
            "online-flag", "a device would have to be switched off");

    private final CloudSession cloud;
    private final CloudVisit visit;
    private final TokenCheck token;
    private final SampleDevices samples;

    private Contract(CloudSession cloud, CloudVisit visit, TokenCheck token, Optional<String> device) {
        this.cloud = cloud;
        this.visit = visit;
        this.token = token;
        this.samples = new SampleDevices(cloud, token, device);
    }

    /** @param device one that is online; empty for the first of the listing */
    static List<Check> points(CloudSession cloud, CloudVisit visit, TokenCheck token, Optional<String> device) {
        return new Contract(cloud, visit, token, device).points();
    }

    private List<Check> points() {
        List<Check> points = new ArrayList<>();
        points.add(point(
                "no token", always(visit::answer), standard("400 invalid_request", "", error(400, "invalid_request"))));
        points.add(point(
                "bad token",
                always(() -> cloud.get(cloud.devices() + "?per_page=1", Optional.of(NO_TOKEN))),
                standard("401 invalid_token", "", error(401, "invalid_token"))));
        points.add(point(
                "token inspection", always(() -> cloud.get("/v1/access_tokens/current", token.token())), inspection()));
        points.add(point(
                "listing",
                always(samples::list),
                noted(
                        "200 with a page of devices",
                        answer -> answer.status() == 200
                                && (answer.json().isArray()
                                        || answer.json().path("devices").isArray()),
                        Contract::meta)));
        points.add(page("page size of no number", "abc"));
        points.add(page("page size of nothing", "0"));
        points.add(point(
                "unknown device",
                always(() -> cloud.get(cloud.devices(NO_DEVICE), token.token())),
                standard("404 not found", "unknown-device=404", says(404, "not found")),
                other("403 permission denied", "unknown-device=403", says(403, "permission denied"))));
        points.add(point(
                "unknown product",
                always(() -> cloud.get(CloudSession.productPath(NO_PRODUCT, "devices") + "?per_page=1", token.token())),
                standard("403 permission denied", "unknown-product=403", says(403, "permission denied")),
                other("404 not found", "unknown-product=404", says(404, "not found"))));
        points.add(point("unknown variable", ofOnline(id -> cloud.devices(id, NO_VARIABLE)), unknownVariable()));
        points.add(point("variable body", ofVariable(samples::online, "online"), variableBody()));
        points.add(point("offline device", ofVariable(samples::offline, "offline"), offline()));
        points.add(new ThrottledAnswers(cloud));
        new TreeMap<>(NOT_ASKED)
                .forEach((knob, why) -> points.add(new NotLookedAt(ContractPoint.PREFIX + knob, "not asked: " + why)));
        return points;
    }

    private Expectation[] inspection() {
        return new Expectation[] {
            noted("200", answer -> answer.status() == 200, Contract::fields),
            noted("closed to API users", error(400, "unauthorized"), Contract::fields)
        };
    }

    private static Expectation[] unknownVariable() {
        return new Expectation[] {
            standard("404 with the name", "unknown-variable=named", says(404, "unknown variable: " + NO_VARIABLE)),
            other("404 without the name", "unknown-variable=unnamed", says(404, "variable not found"))
        };
    }

    private static Expectation[] variableBody() {
        return new Expectation[] {
            other("as in 2015, with last_app", "variable-body=2015", read(core -> core.has("last_app"))),
            standard("as since 2022", "variable-body=current", read(core -> core.has("product_id"))),
            other("the fewest fields", "variable-body=minimal", read(core -> !core.has("product_id")))
        };
    }

    private static Expectation[] offline() {
        return new Expectation[] {
            standard(
                    "408 timed out, ok:false",
                    "offline=408",
                    says(408, "timed out").and(answer -> answer.json().has("ok"))),
            other("408 timed out without ok", "offline=408-without-ok", says(408, "timed out")),
            other("404 timed out", "offline=404", says(404, "timed out")),
            other("400 timed out", "offline=400-slow", says(400, "timed out"))
        };
    }

    private ContractPoint page(String point, String size) {
        return point(
                point,
                always(() -> cloud.get(cloud.devices() + "?per_page=" + size, token.token())),
                noted("refused", answer -> answer.status() >= 400 && answer.status() < 500, Contract::status),
                noted("taken for another size", answer -> answer.status() == 200, Contract::size));
    }

    private ContractPoint point(String name, Question question, Expectation... expected) {
        return new ContractPoint(name, question, List.of(expected), cloud, token);
    }

    private static Question always(Call call) {
        return new Asking("", () -> Optional.of(call.make()));
    }

    private Question ofOnline(Function<String, String> path) {
        return new Asking(
                "no device of the page is online: name one by --device",
                () -> samples.online().isPresent()
                        ? Optional.of(cloud.get(path.apply(samples.online().get()), token.token()))
                        : Optional.empty());
    }

    /** The read of a variable that one device has, at that device or another. */
    private Question ofVariable(Supplier<Optional<String>> device, String which) {
        return new Asking("no device of the page is " + which + ", or none has a variable", () -> {
            Optional<String> id = device.get();
            Optional<String> variable = id.isPresent() ? samples.variable() : Optional.empty();
            return variable.isPresent()
                    ? Optional.of(cloud.get(cloud.devices(id.get(), variable.get()), token.token()))
                    : Optional.empty();
        });
    }

    /** One call of the cloud. */
    private interface Call {
        CloudAnswer make() throws Exception;
    }

    private record Asking(String obstacle, Callable<Optional<CloudAnswer>> call) implements Question {
        @Override
        public Optional<CloudAnswer> ask() throws Exception {
            return call.call();
        }
    }

    /** What has no knob: whatever fits is noted. */
    private static Expectation noted(String words, Predicate<CloudAnswer> fits, Function<CloudAnswer, String> found) {
        return new Expectation(words, "", true, fits, found);
    }

    private static Predicate<CloudAnswer> error(int status, String code) {
        return answer -> answer.status() == status && answer.error().equals(code);
    }

    private static Predicate<CloudAnswer> says(int status, String words) {
        return answer -> answer.status() == status
                && answer.error().toLowerCase(Locale.ROOT).contains(words.toLowerCase(Locale.ROOT));
    }

    private static Predicate<CloudAnswer> read(Predicate<JsonNode> coreInfo) {
        return answer -> answer.status() == 200
                && answer.json().has("result")
                && coreInfo.test(answer.json().path("coreInfo"));
    }

    private static String meta(CloudAnswer answer) {
        return "meta " + names(answer.json().path("meta"));
    }

    private static String fields(CloudAnswer answer) {
        return "fields " + names(answer.json());
    }

    private static String status(CloudAnswer answer) {
        return Integer.toString(answer.status());
    }

    private static String size(CloudAnswer answer) {
        return "gives " + answer.json().path("devices").size() + " devices";
    }

    private static String names(JsonNode object) {
        TreeSet<String> names = new TreeSet<>();
        object.fieldNames().forEachRemaining(names::add);
        return names.toString();
    }
}
