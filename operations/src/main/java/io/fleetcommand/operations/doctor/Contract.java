package io.fleetcommand.operations.doctor;

import static io.fleetcommand.operations.doctor.ContractPoint.Expectation.other;
import static io.fleetcommand.operations.doctor.ContractPoint.Expectation.standard;

import com.fasterxml.jackson.databind.JsonNode;
import io.fleetcommand.operations.doctor.ContractPoint.Expectation;
import io.fleetcommand.operations.doctor.ContractPoint.Question;
import io.fleetcommand.service.Secret;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

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

    private static final Set<String> ALL_META = Set.of("page", "per_page", "total_pages", "total", "total_records");

    /** What no harmless call can show, and why; by the simulator's knob. */
    static final Map<String, String> NOT_ASKED = Map.ofEntries(
            Map.entry("function-body", "a function would run"),
            Map.entry("unknown-function", "a call might run a function"),
            Map.entry("return-value", "a function would run"),
            Map.entry("long-argument", "a function would run"),
            Map.entry("silent-device", "a function might run"),
            Map.entry("scope-miss", "it needs a token that may do less"),
            Map.entry("limit-rule", "the quota would have to be used up"),
            Map.entry("lock-out", "this address would be locked out"),
            Map.entry("bad-client", "wrong secrets count towards the lock-out"),
            Map.entry("online-flag", "a device would have to be switched off"),
            Map.entry("product-path-name", "names need not be one device's alone"),
            Map.entry("check-order", "a function might run"),
            Map.entry("query-token", "a token in an address ends up in logs"),
            Map.entry("token-deletion", "a token would be deleted"),
            Map.entry("api-user-change", "an API user would be changed"));

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
                standard("200 with all that tells the page", "listing-meta=all", meta(ALL_META)),
                other("200 with the number of pages alone", "listing-meta=pages", meta(Set.of("total_pages"))),
                other(
                        "200 with the numbers of pages and devices",
                        "listing-meta=records",
                        meta(Set.of("total_pages", "total_records"))),
                other(
                        "200 with the page's place",
                        "listing-meta=position",
                        meta(Set.of("page", "per_page", "total_pages", "total"))),
                noted(
                        "200 with a page of devices",
                        answer -> answer.status() == 200
                                && (answer.json().isArray()
                                        || answer.json().path("devices").isArray()),
                        Contract::meta)));
        points.add(point(
                "page size of no number",
                page("abc"),
                noted("refused", Contract::isRefused, Contract::status),
                noted("taken for another size", answer -> answer.status() == 200, Contract::size)));
        points.add(point(
                "page size of nothing",
                page("0"),
                standard("taken for another size", "page-size=clamped", answer -> answer.status() == 200),
                other("refused", "page-size=refused", Contract::isRefused)));
        points.add(point(
                "foreign device",
                always(() -> cloud.get("/v1/devices/" + NO_DEVICE, token.token())),
                standard("403 permission denied", "foreign-device=403", says(403, "permission denied")),
                other("404", "foreign-device=404", answer -> answer.status() == 404),
                noted("closed to API users", error(400, "unauthorized"), Contract::fields)));
        points.add(point(
                "device id in capital letters",
                ofOnline(id -> cloud.devices(id.toUpperCase(Locale.ROOT))),
                standard("the same device", "device-id-case=ignored", answer -> answer.status() == 200),
                other("no device", "device-id-case=exact", Contract::isRefused)));
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
        points.add(point("variable body", ofVariable(samples::online, "online", name -> name), variableBody()));
        points.add(point(
                "variable in other letters",
                ofVariable(samples::online, "online", Contract::inOtherCase),
                standard("404", "name-case=exact", answer -> answer.status() == 404),
                other("the same variable", "name-case=ignored", answer -> answer.status() == 200)));
        points.add(point("offline device", ofVariable(samples::offline, "offline", name -> name), offline()));
        points.add(new ThrottledAnswers(cloud));
        new TreeMap<>(NOT_ASKED)
                .forEach((knob, why) -> points.add(new NotLookedAt(ContractPoint.PREFIX + knob, "not asked: " + why)));
        return points;
    }

    private Expectation[] inspection() {
        return new Expectation[] {
            standard("200 with client", "token-info=client", has("client")),
            other("200 with client_id", "token-info=client-id", has("client_id")),
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

    private Question page(String size) {
        return always(() -> cloud.get(cloud.devices() + "?per_page=" + size, token.token()));
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
    private Question ofVariable(Supplier<Optional<String>> device, String which, UnaryOperator<String> spelling) {
        return new Asking("no device of the page is " + which + ", or none has a variable", () -> {
            Optional<String> id = device.get();
            Optional<String> variable = id.isPresent() ? samples.variable() : Optional.empty();
            return variable.isPresent()
                    ? Optional.of(cloud.get(cloud.devices(id.get(), spelling.apply(variable.get())), token.token()))
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

    private static boolean isRefused(CloudAnswer answer) {
        return answer.status() >= 400 && answer.status() < 500;
    }

    private static Predicate<CloudAnswer> has(String field) {
        return answer -> answer.status() == 200 && answer.json().has(field);
    }

    private static Predicate<CloudAnswer> meta(Set<String> fields) {
        return answer -> {
            Set<String> there = new TreeSet<>();
            answer.json().path("meta").fieldNames().forEachRemaining(there::add);
            return answer.status() == 200 && there.equals(fields);
        };
    }

    private static String inOtherCase(String name) {
        String upper = name.toUpperCase(Locale.ROOT);
        return upper.equals(name) ? name.toLowerCase(Locale.ROOT) : upper;
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
