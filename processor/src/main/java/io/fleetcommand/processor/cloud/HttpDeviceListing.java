package io.fleetcommand.processor.cloud;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.fleetcommand.processor.core.inventory.ListingOutcome;
import io.fleetcommand.processor.core.inventory.ListingOutcome.Failed;
import io.fleetcommand.processor.core.inventory.ListingOutcome.Page;
import io.fleetcommand.processor.core.inventory.ListingOutcome.Refused;
import io.fleetcommand.processor.core.inventory.ListingOutcome.Throttled;
import io.fleetcommand.processor.core.inventory.ListingOutcome.Unauthorised;
import io.fleetcommand.processor.core.inventory.PageRequest;
import io.fleetcommand.processor.core.ports.DeviceListing;
import io.fleetcommand.service.AccessToken;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.LongPredicate;
import java.util.function.Supplier;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/**
 * The device listing over HTTP, by the same client and tokens as {@link HttpDeviceCloud}. A refusal is believed in the
 * cloud's own form alone; a page of a front end is a failure, and the page is asked for again. Thread-safe.
 */
public final class HttpDeviceListing implements DeviceListing {
    private static final int OK = 200;
    private static final int UNAUTHORISED = 401;
    private static final int REQUEST_TIMEOUT = 408;
    private static final int THROTTLED = 429;

    private final OkHttpClient client;
    private final DeviceUrls urls;
    private final Supplier<Optional<AccessToken>> token;
    private final LongPredicate rejected;
    private final InstantSource clock;
    private final RecentTokens tokens = new RecentTokens();

    /**
     * @param client as {@link HttpDeviceCloud#client} makes it
     * @param token supplies the current token, for each page
     * @param rejected reports the version of a token that the cloud rejected; returns whether the token is known to be
     *     valid all the same, so that the fault is the cloud's
     */
    public HttpDeviceListing(
            OkHttpClient client,
            DeviceUrls urls,
            Supplier<Optional<AccessToken>> token,
            LongPredicate rejected,
            InstantSource clock) {
        this.client = client;
        this.urls = urls;
        this.token = token;
        this.rejected = rejected;
        this.clock = clock;
    }

    @Override
    public ListingOutcome page(PageRequest request) {
        Optional<AccessToken> current = token.get();
        if (current.isEmpty()) {
            return new Failed("no access token is at hand", 0);
        }
        ShownText shown = tokens.shownWith(current.get());
        try (Response response = new SendOnce(client, http(request, current.get())).execute()) {
            return outcome(response, current.get(), shown);
        } catch (IOException | RuntimeException failure) {
            return new Failed(shown.of(failure), 0);
        }
    }

    /** @throws IllegalArgumentException if the token is not a valid header value */
    private Request http(PageRequest request, AccessToken accessToken) {
        return new Request.Builder()
                .url(urls.of(request))
                .header("Authorization", "Bearer " + accessToken.value().reveal())
                .build();
    }

    private ListingOutcome outcome(Response response, AccessToken accessToken, ShownText shown) throws IOException {
        if (response.code() == OK) {
            return page(response, shown);
        }
        CloudResponse answer = new CloudResponse(
                response.code(), BodyText.of(response), RetryAfter.ms(response, clock.instant()), shown);
        if (answer.status() == THROTTLED) {
            return new Throttled(answer.text(), answer.retryAfterMs());
        }
        boolean refused = answer.status() >= 400 && answer.status() < 500;
        if (answer.status() == UNAUTHORISED || refused && answer.isCloudError() && answer.isTokenError()) {
            return rejected.test(accessToken.version())
                    ? new Failed(answer.text() + ", though the token is good", answer.retryAfterMs())
                    : new Unauthorised(answer.text());
        }
        if (!refused) {
            return new Failed(answer.text(), answer.retryAfterMs());
        }
        if (!answer.isCloudError()) {
            return new Failed(answer.foreignText(), answer.retryAfterMs());
        }
        return answer.status() == REQUEST_TIMEOUT || answer.isTimeout()
                ? new Failed(answer.text(), answer.retryAfterMs())
                : new Refused(answer.text());
    }

    private static ListingOutcome page(Response response, ShownText shown) throws IOException {
        try {
            return new Page(ListingParser.parse(
                    new InputStreamReader(response.body().byteStream(), StandardCharsets.UTF_8), shown));
        } catch (JsonProcessingException unreadable) {
            return new Failed(shown.of("200 with a body that cannot be read: " + unreadable.getOriginalMessage()), 0);
        }
    }
}
