package io.fleetcommand.operations.doctor;

import io.fleetcommand.service.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;

/** Calls of one product's device cloud, each counted, since it takes from the quota. Safe for use by many threads. */
public final class CloudSession {
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);
    /** Above the cloud's own limit for a device, 30 s. */
    private static final Duration CALL_LIMIT = Duration.ofSeconds(35);
    /** Enough for a page of devices; what is beyond it is not read. */
    private static final int MAX_BODY = 1024 * 1024;

    private final HttpClient http;
    private final String url;
    private final String product;
    private final boolean ownDevices;
    private final InstantSource clock;
    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicReference<Optional<CloudAnswer>> throttled = new AtomicReference<>(Optional.empty());

    /**
     * @param url of the cloud, without a path
     * @param product id or slug
     * @param ownDevices whether the devices are addressed as those of an account, not as those of the product
     * @param trusted who vouches for the cloud; empty for the authorities of the JDK
     */
    public CloudSession(
            String url, String product, boolean ownDevices, Optional<SSLContext> trusted, InstantSource clock) {
        HttpClient.Builder client =
                HttpClient.newBuilder().connectTimeout(CONNECT_LIMIT).followRedirects(HttpClient.Redirect.NEVER);
        trusted.ifPresent(client::sslContext);
        this.http = client.build();
        this.url = url;
        this.product = product;
        this.ownDevices = ownDevices;
        this.clock = clock;
    }

    String url() {
        return url;
    }

    /** Whose devices the calls are about, in words. */
    String owner() {
        return ownDevices ? "the token's account" : "product " + product;
    }

    /** What to do if that owner's devices are denied. */
    String adviceOnOwner() {
        return ownDevices
                ? "see that the device is claimed to the account whose token this is"
                : "see that the product's id or slug is right, and that the token is of that product";
    }

    /** How many calls were made so far. */
    int calls() {
        return calls.get();
    }

    /** The path of the devices, or of what lies below them. */
    String devices(String... below) {
        if (ownDevices) {
            return "/v1/devices"
                    + Stream.of(below).map(part -> "/" + encoded(part)).collect(Collectors.joining());
        }
        return productPath(
                product, Stream.concat(Stream.of("devices"), Stream.of(below)).toArray(String[]::new));
    }

    /** A path of any product. */
    static String productPath(String product, String... below) {
        return "/v1/products/"
                + Stream.concat(Stream.of(product), Stream.of(below))
                        .map(CloudSession::encoded)
                        .collect(Collectors.joining("/"));
    }

    /** @param token empty to show none */
    CloudAnswer get(String path, Optional<Secret> token) throws IOException, InterruptedException {
        HttpRequest.Builder request = request(path).GET();
        token.ifPresent(shown -> request.header("Authorization", "Bearer " + shown.reveal()));
        return send(request);
    }

    /** Revokes the token that it shows. */
    CloudAnswer deleteCurrent(Secret token) throws IOException, InterruptedException {
        return send(request("/v1/access_tokens/current")
                .header("Authorization", "Bearer " + token.reveal())
                .DELETE());
    }

    /** @param form already encoded; never shown */
    CloudAnswer postForm(String path, String form) throws IOException, InterruptedException {
        return send(request(path)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form)));
    }

    static String encoded(String part) {
        return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(url + path)).timeout(CALL_LIMIT);
    }

    private CloudAnswer send(HttpRequest.Builder request) throws IOException, InterruptedException {
        calls.incrementAndGet();
        Instant start = clock.instant();
        HttpResponse<InputStream> response = http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream body = response.body()) {
            String text = new String(body.readNBytes(MAX_BODY), StandardCharsets.UTF_8);
            Instant end = clock.instant();
            CloudAnswer answer = new CloudAnswer(
                    response.statusCode(),
                    header(response, "Content-Type"),
                    header(response, "Retry-After"),
                    text,
                    date(header(response, "Date")),
                    end,
                    Duration.between(start, end));
            if (answer.isThrottled()) {
                throttled.set(Optional.of(answer));
            }
            return answer;
        }
    }

    /** The last answer that said that the quota is used up. */
    Optional<CloudAnswer> throttled() {
        return throttled.get();
    }

    private static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }

    private static Optional<Instant> date(String text) {
        try {
            return Optional.of(ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant());
        } catch (DateTimeException unreadable) {
            return Optional.empty();
        }
    }
}
