package io.fleetcommand.operations;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * The ids of replays: {@code door-7} becomes {@code door-7~r1}, and if that fails too, {@code door-7~r2}. They follow
 * from the first id and the number of the replay alone, so that a replay that is run twice names the same requests.
 *
 * @param first the id of the request that a caller published
 * @param number 0 for that request itself, 1 for its first replay
 */
public record ReplayId(String first, int number) {
    /** What the processor accepts as a request_id, in characters. */
    static final int LONGEST = 200;

    private static final Pattern REPLAY = Pattern.compile("(.+)~r([1-9][0-9]{0,5})", Pattern.DOTALL);
    private static final int DIGEST_BYTES = 8;

    /**
     * @param replayOf what the request says it replays: without it, an id that looks like a replay's is a caller's own;
     *     with it, it holds the first id whole where the replay's was cut
     */
    static ReplayId of(String requestId, Optional<String> replayOf) {
        Matcher replay = REPLAY.matcher(requestId);
        if (replayOf.isEmpty() || !replay.matches()) {
            return new ReplayId(requestId, 0);
        }
        int number = Integer.parseInt(replay.group(2));
        return replayOf.map(first -> new ReplayId(first, number))
                .filter(id -> id.text().equals(requestId))
                .orElseGet(() -> new ReplayId(replay.group(1), number));
    }

    ReplayId next() {
        return new ReplayId(first, number + 1);
    }

    /** The ids of the caller's request and of the replays before this one; none for the caller's request itself. */
    List<String> earlier() {
        return IntStream.range(0, number)
                .mapToObj(before -> new ReplayId(first, before).text())
                .toList();
    }

    /** As a request_id: a long one is cut, with a digest of the whole in place of what is lost. */
    String text() {
        if (number == 0) {
            return first;
        }
        String ending = "~r" + number;
        if (first.length() + ending.length() <= LONGEST) {
            return first + ending;
        }
        String digest = "~" + digest(first);
        int kept = LONGEST - digest.length() - ending.length();
        return first.substring(0, Character.isHighSurrogate(first.charAt(kept - 1)) ? kept - 1 : kept)
                + digest
                + ending;
    }

    private static String digest(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, DIGEST_BYTES);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JVM has SHA-256", impossible);
        }
    }
}
