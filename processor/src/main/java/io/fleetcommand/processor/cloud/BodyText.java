package io.fleetcommand.processor.cloud;

import java.io.IOException;
import okhttp3.Response;
import okio.Buffer;
import okio.BufferedSource;

/** Reads the body of a response, which is JSON and so is read as UTF-8 whatever the headers say. */
final class BodyText {
    private static final int MAX_BYTES = 64 * 1024;

    private BodyText() {}

    /** Reads the body up to its limit and ignores the remainder. */
    static String of(Response response) throws IOException {
        BufferedSource body = response.body().source();
        try {
            body.request(MAX_BYTES);
        } catch (IOException truncated) {
            if (!ResponseClassifier.isDecidedByStatus(response.code())) {
                throw truncated;
            }
        }
        Buffer read = body.getBuffer();
        return read.readUtf8(Math.min(read.size(), MAX_BYTES));
    }
}
