package io.fleetcommand.processor.core.request;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/**
 * Identifies the content of a request once the request itself is no longer stored: the first 128 bits of a SHA-256 over
 * all that {@link Request#means} compares. Stored in the ledger, so the computation must not change.
 */
public record Fingerprint(long high, long low) {
    public static Fingerprint of(Request request) {
        String actionTerms = request.action() instanceof Action.Call call
                ? "call " + call.argument()
                : "read " + ((Action.Read) request.action()).maxAgeMs();
        MessageDigest digest = sha256();
        for (String part : List.of(
                request.deviceId(),
                request.product(),
                request.action().name(),
                actionTerms,
                request.guarantee().name())) {
            byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
            // Prefixed with its length, so that the boundaries between parts are unambiguous.
            digest.update(
                    ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
            digest.update(bytes);
        }
        ByteBuffer bits = ByteBuffer.wrap(digest.digest());
        return new Fingerprint(bits.getLong(), bits.getLong());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }
}
