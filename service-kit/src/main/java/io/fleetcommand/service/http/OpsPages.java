package io.fleetcommand.service.http;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a service tells of itself to those who run it: probes, which are answered at once, and pages, which are rendered
 * for all who ask at the same time together. Responses are written as their reader takes them, and no thread waits for
 * one; so readers that are slow, or many, hold up no probe. Whatever has another path is left to the next handler.
 */
public final class OpsPages extends Handler.Abstract {
    private static final Logger LOG = LoggerFactory.getLogger(OpsPages.class);
    private static final String TEXT = "text/plain; charset=utf-8";

    private final Map<String, Supplier<Answer>> probes = new HashMap<>();
    private final Map<String, Page> pages = new HashMap<>();

    private record Page(String contentType, SharedPage rendered) {}

    /**
     * The answer of a probe.
     *
     * @param good whether its status is 200, else 503
     * @param text in a line of its own
     */
    public record Answer(boolean good, String text) {
        /** Bad because of some trouble, or good. */
        public static Answer of(Optional<String> trouble, String otherwise) {
            return new Answer(trouble.isEmpty(), trouble.orElse(otherwise));
        }
    }

    /** @param answer must not wait for anything */
    public OpsPages probe(String path, Supplier<Answer> answer) {
        probes.put(path, answer);
        return this;
    }

    /**
     * @param text the page; asked for on one thread at a time
     * @param threads on which it is rendered
     */
    public OpsPages page(String path, String contentType, Supplier<String> text, Executor threads) {
        pages.put(path, new Page(contentType, new SharedPage(text, threads, System::nanoTime)));
        return this;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        String path = Request.getPathInContext(request);
        Supplier<Answer> probe = probes.get(path);
        Page page = pages.get(path);
        if (probe == null && page == null) {
            return false;
        }
        if (!HttpMethod.GET.is(request.getMethod()) && !HttpMethod.HEAD.is(request.getMethod())) {
            response.getHeaders().put(HttpHeader.ALLOW, "GET, HEAD");
            refuse(response, callback, HttpStatus.METHOD_NOT_ALLOWED_405, "only GET is served here");
        } else if (hasBody(request)) {
            refuse(response, callback, HttpStatus.PAYLOAD_TOO_LARGE_413, "no body is wanted");
        } else if (page == null) {
            Answer answer = probe.get();
            give(response, callback, answer.good() ? 200 : 503, TEXT, line(answer.text()));
        } else {
            page.rendered().next().whenComplete((bytes, failure) -> {
                if (failure == null) {
                    give(response, callback, HttpStatus.OK_200, page.contentType(), ByteBuffer.wrap(bytes));
                } else {
                    LOG.error("the page {} cannot be rendered", path, failure);
                    refuse(response, callback, HttpStatus.INTERNAL_SERVER_ERROR_500, "the page cannot be rendered");
                }
            });
        }
        return true;
    }

    private static boolean hasBody(Request request) {
        return request.getLength() > 0 || request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING);
    }

    private static void refuse(Response response, Callback callback, int status, String why) {
        // What was not read of the request must not be taken for the next one.
        response.getHeaders().put(HttpHeader.CONNECTION, "close");
        give(response, callback, status, TEXT, line(why));
    }

    private static ByteBuffer line(String text) {
        return ByteBuffer.wrap((text + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private static void give(Response response, Callback callback, int status, String contentType, ByteBuffer body) {
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, contentType);
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.remaining());
        response.write(true, body, callback);
    }
}
