package io.fleetcommand.service;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Redacts secrets in untrusted text before it is truncated, logged, stored or forwarded. A secret is found ignoring
 * case, plain, percent-encoded, escaped as in JSON or HTML, or in several of these encodings applied in turn; in
 * Base64, as in a header with user and password; and if the text ends in the middle of it. Immutable.
 */
public final class Redaction {
    /** The replacement of a secret. */
    public static final String MARK = "***";

    /** In characters. A shorter secret would match almost anything. */
    private static final int MIN_LENGTH = 4;
    /** Minimum length of a truncated secret at the end of a text; a shorter prefix reveals too little to matter. */
    private static final int MIN_PREFIX_LENGTH = 8;
    /** Maximum number of encodings applied in turn. */
    private static final int MAX_ENCODINGS = 4;

    private static final Pattern ENCODED =
            Pattern.compile("%(?<percent>[0-9a-fA-F]{2})|\\\\u+(?<unicode>[0-9a-fA-F]{4})|\\\\x(?<byte>[0-9a-fA-F]{2})"
                    + "|\\\\(?<plain>[/\"'\\\\])|&#0*(?<decimal>[0-9]{1,5});|&#[xX]0*(?<hex>[0-9a-fA-F]{1,4});");

    /** A truncated encoded character at the end of a text. */
    private static final Pattern HALF_ENCODED =
            Pattern.compile("(%[0-9a-f]?|\\\\u*[0-9a-f]{0,3}|\\\\x[0-9a-f]?|&#?x?[0-9a-f]{0,5})$");

    private final List<String> encodings;

    private Redaction(List<String> encodings) {
        this.encodings = encodings;
    }

    public static Redaction of(Secret... secrets) {
        return of(Arrays.asList(secrets));
    }

    public static Redaction of(Collection<Secret> secrets) {
        // Longest first, as one secret may contain another.
        TreeSet<String> encodings = new TreeSet<>(
                (one, other) -> one.length() != other.length() ? other.length() - one.length() : one.compareTo(other));
        for (Secret secret : secrets) {
            String text = secret.reveal();
            if (text.length() >= MIN_LENGTH) {
                encodings.add(text.toLowerCase(Locale.ROOT));
                encodings.addAll(inBase64(text));
            }
        }
        return new Redaction(List.copyOf(encodings));
    }

    /** The text with each secret replaced by {@link #MARK}. */
    public String clean(String text) {
        if (encodings.isEmpty() || text.isEmpty()) {
            return text;
        }
        BitSet secret = new BitSet(text.length());
        Layer layer = Layer.of(text);
        for (int depth = 0; depth <= MAX_ENCODINGS; depth++) {
            for (String encoding : encodings) {
                layer.mark(encoding, secret);
            }
            Layer next = layer.decoded();
            if (next.text().equals(layer.text())) {
                break;
            }
            layer = next;
        }
        return secret.isEmpty() ? text : marked(text, secret);
    }

    /**
     * The text after some rounds of decoding.
     *
     * @param text the decoded text in lower case
     * @param starts for each character, and for the end, its index in the original text
     */
    private record Layer(String text, int[] starts) {
        static Layer of(String original) {
            int[] starts = new int[original.length() + 1];
            Arrays.setAll(starts, place -> place);
            return new Layer(lower(original), starts);
        }

        Layer decoded() {
            Matcher encoded = ENCODED.matcher(text);
            StringBuilder plain = new StringBuilder(text.length());
            int[] plainStarts = new int[text.length() + 1];
            int at = 0;
            while (encoded.find()) {
                for (; at < encoded.start(); at++) {
                    plainStarts[plain.length()] = starts[at];
                    plain.append(text.charAt(at));
                }
                plainStarts[plain.length()] = starts[at];
                plain.append(Character.toLowerCase(character(encoded)));
                at = encoded.end();
            }
            for (; at < text.length(); at++) {
                plainStarts[plain.length()] = starts[at];
                plain.append(text.charAt(at));
            }
            plainStarts[plain.length()] = starts[text.length()];
            return new Layer(plain.toString(), Arrays.copyOf(plainStarts, plain.length() + 1));
        }

        void mark(String encoding, BitSet secret) {
            for (int at = text.indexOf(encoding); at >= 0; at = text.indexOf(encoding, at + 1)) {
                secret.set(starts[at], starts[at + encoding.length()]);
            }
            markPrefix(encoding, text.length(), secret);
            Matcher half = HALF_ENCODED.matcher(text);
            if (half.find()) {
                markPrefix(encoding, half.start(), secret);
            }
        }

        /** Marks a prefix of the secret that ends at {@code end}. */
        private void markPrefix(String encoding, int end, BitSet secret) {
            for (int length = Math.min(encoding.length() - 1, end); length >= MIN_PREFIX_LENGTH; length--) {
                if (text.startsWith(encoding.substring(0, length), end - length)) {
                    secret.set(starts[end - length], starts[text.length()]);
                    return;
                }
            }
        }

        private static char character(Matcher encoded) {
            for (String hex : new String[] {"percent", "unicode", "byte", "hex"}) {
                if (encoded.group(hex) != null) {
                    return (char) Integer.parseInt(encoded.group(hex), 16);
                }
            }
            return encoded.group("decimal") != null
                    ? (char) Integer.parseInt(encoded.group("decimal"))
                    : encoded.group("plain").charAt(0);
        }

        /** Lower case by character, so that no index changes. */
        private static String lower(String text) {
            StringBuilder lower = new StringBuilder(text.length());
            text.chars().forEach(unit -> lower.append(Character.toLowerCase((char) unit)));
            return lower.toString();
        }
    }

    private static String marked(String text, BitSet secret) {
        StringBuilder clean = new StringBuilder(text.length());
        int at = 0;
        while (at < text.length()) {
            int begin = secret.nextSetBit(at);
            if (begin < 0) {
                return clean.append(text, at, text.length()).toString();
            }
            clean.append(text, at, begin).append(MARK);
            at = secret.nextClearBit(begin);
        }
        return clean.toString();
    }

    /** The Base64 encodings of a secret at each of the three possible alignments, in both alphabets. */
    private static List<String> inBase64(String text) {
        byte[] secret = text.getBytes(StandardCharsets.UTF_8);
        TreeSet<String> found = new TreeSet<>();
        for (int before = 0; before < 3; before++) {
            byte[] shifted = new byte[before + secret.length];
            System.arraycopy(secret, 0, shifted, before, secret.length);
            // The characters at both ends also encode bits of the adjacent text.
            int begin = (before * 8 + 5) / 6;
            int end = shifted.length * 8 / 6;
            for (Base64.Encoder encoder : List.of(Base64.getEncoder(), Base64.getUrlEncoder())) {
                if (end - begin >= MIN_PREFIX_LENGTH) {
                    found.add(encoder.encodeToString(shifted)
                            .substring(begin, end)
                            .toLowerCase(Locale.ROOT));
                }
            }
        }
        return List.copyOf(found);
    }
}
