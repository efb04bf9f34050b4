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
 * The operations endpoints of a service: probes, which are answered at once, and pages, whose renderings are shared by
 * concurrent requests. Responses are written asynchronously, so slow or many clients delay no probe. Other paths are
 * left to the next handler.
 */
public final class OpsPages extends Handler.Abstract {
    private static final Logger LOG = LoggerFactory.getLogger(OpsPages.class);
    private static final String TEXT = "text/plain; charset=utf-8";

    private final Map<String, Supplier<Answer>> probes = new HashMap<>();
    private final Map<String, Page> pages = new HashMap<>();

    private record Page(String contentType, SharedPage rendered) {}

    /**
     * The response of a probe.
     *
     * @param good true for status 200, false for 503
     * @param text one line of text
     */
    public record Answer(boolean good, String text) {
        /** @param problem why the probe fails; empty if it succeeds */
        public static Answer of(Optional<String> problem, String otherwise) {
            return new Answer(problem.isEmpty(), problem.orElse(otherwise));
        }
    }

    /** @param answer must not block */
    public OpsPages probe(String path, Supplier<Answer> answer) {
        probes.put(path, answer);
        return this;
    }

    /**
     * @param text renders the page; called by one thread at a time
     * @param threads executor of the rendering
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
            reject(response, callback, HttpStatus.METHOD_NOT_ALLOWED_405, "only GET is served here");
        } else if (hasBody(request)) {
            reject(response, callback, HttpStatus.PAYLOAD_TOO_LARGE_413, "the request must have no body");
        } else if (page == null) {
            Answer answer = probe.get();
            send(response, callback, answer.good() ? 200 : 503, TEXT, line(answer.text()));
        } else {
            page.rendered().next().whenComplete((bytes, failure) -> {
                if (failure == null) {
                    send(response, callback, HttpStatus.OK_200, page.contentType(), ByteBuffer.wrap(bytes));
                } else {
                    LOG.error("page {} not rendered", path, failure);
                    reject(response, callback, HttpStatus.INTERNAL_SERVER_ERROR_500, "the page cannot be rendered");
                }
            });
        }
        return true;
    }

    private static boolean hasBody(Request request) {
        return request.getLength() > 0 || request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING);
    }

    private static void reject(Response response, Callback callback, int status, String reason) {
        // The unread rest of the request must not be parsed as the next one.
        response.getHeaders().put(HttpHeader.CONNECTION, "close");
        send(response, callback, status, TEXT, line(reason));
    }

    private static ByteBuffer line(String text) {
        return ByteBuffer.wrap((text + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private static void send(Response response, Callback callback, int status, String contentType, ByteBuffer body) {
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, contentType);
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.remaining());
        response.write(true, body, callback);
    }
}
