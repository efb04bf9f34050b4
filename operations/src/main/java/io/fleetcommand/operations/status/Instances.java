package io.fleetcommand.operations.status;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;

/**
 * The instances of the processor, found by the addresses of their ops ports. A host name stands for all of its
 * addresses, as the name of a headless service or of a scaled compose service does.
 */
public final class Instances {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http;
    private final Duration limit;

    /** @param limit how long to wait for an instance */
    public Instances(Duration limit) {
        this.http = HttpClient.newBuilder().connectTimeout(limit).build();
        this.limit = limit;
    }

    /** Asks all of them at once; those that do not answer are among the answers too. */
    public List<Heard> ask(List<String> urls) {
        return urls.stream().flatMap(Instances::each).map(this::askOne).toList().stream()
                .map(CompletableFuture::join)
                .toList();
    }

    /** One instance's word, or why there is none. */
    public record Heard(String url, Optional<JsonNode> status, String trouble) {}

    /** A name may have addresses of both families, by which each instance would be asked twice. */
    private static Stream<String> each(String url) {
        URI named = URI.create(url);
        try {
            InetAddress[] addresses = InetAddress.getAllByName(named.getHost());
            return Arrays.stream(addresses)
                    .filter(address -> address.getClass() == addresses[0].getClass())
                    .map(address -> address.getHostAddress().contains(":")
                            ? "[" + address.getHostAddress() + "]"
                            : address.getHostAddress())
                    .map(host -> named.getScheme() + "://" + host + ":" + named.getPort());
        } catch (UnknownHostException unknown) {
            return Stream.of(url);
        }
    }

    private CompletableFuture<Heard> askOne(String url) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + "/status"))
                .timeout(limit)
                .build();
        return http.sendAsync(request, HttpResponse.BodyHandlers.ofString())
                .thenApply(response -> read(url, response))
                .exceptionally(failed -> silent(url, cause(failed)));
    }

    private static Heard read(String url, HttpResponse<String> response) {
        if (response.statusCode() != 200) {
            return new Heard(url, Optional.empty(), "answers " + response.statusCode() + " to GET /status");
        }
        try {
            return new Heard(url, Optional.of(JSON.readTree(response.body())), "");
        } catch (IOException unreadable) {
            return new Heard(url, Optional.empty(), "answers GET /status with something else than JSON");
        }
    }

    private static Heard silent(String url, Throwable why) {
        String reason =
                Optional.ofNullable(why.getMessage()).orElse(why.getClass().getSimpleName());
        return new Heard(url, Optional.empty(), "does not answer: " + reason);
    }

    private static Throwable cause(Throwable failed) {
        return failed instanceof CompletionException && failed.getCause() != null ? failed.getCause() : failed;
    }
}
