package io.fleetcommand.simulator.routes;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Parses {@code multipart/form-data}. Lenient: skips parts without name or end. */
final class Multipart {
    static final String TYPE = "multipart/form-data";

    private static final Pattern BOUNDARY =
            Pattern.compile(";\\s*boundary=(?:\"([^\"]+)\"|([^\\s;]+))", Pattern.CASE_INSENSITIVE);
    private static final Pattern NAME = Pattern.compile(
            "^content-disposition:[^\\r\\n]*;\\s*name=(?:\"([^\"]*)\"|([^\\s;]+))",
            Pattern.CASE_INSENSITIVE | Pattern.MULTILINE);
    private static final String END_OF_HEADERS = "\r\n\r\n";

    private Multipart() {}

    /** The values of all parts by name, including files as text. */
    static Map<String, List<String>> parse(String contentType, byte[] body) {
        Map<String, List<String>> parts = new LinkedHashMap<>();
        var boundary = BOUNDARY.matcher(contentType);
        if (!boundary.find()) {
            return parts;
        }
        // ISO 8859-1 maps each byte to one character, so indexes are the same.
        String text = new String(body, StandardCharsets.ISO_8859_1);
        String delimiter = "--" + (boundary.group(1) == null ? boundary.group(2) : boundary.group(1));
        int start = text.indexOf(delimiter);
        while (start >= 0) {
            int from = start + delimiter.length();
            int end = text.indexOf("\r\n" + delimiter, from);
            if (end < 0) {
                return parts;
            }
            add(parts, text.substring(from, end));
            start = end + 2;
        }
        return parts;
    }

    private static void add(Map<String, List<String>> parts, String part) {
        int headersEnd = part.indexOf(END_OF_HEADERS);
        if (headersEnd < 0) {
            return;
        }
        var name = NAME.matcher(part.substring(0, headersEnd));
        if (name.find()) {
            String key = utf8(name.group(1) == null ? name.group(2) : name.group(1));
            String value = utf8(part.substring(headersEnd + END_OF_HEADERS.length()));
            parts.computeIfAbsent(key, unused -> new ArrayList<>(1)).add(value);
        }
    }

    private static String utf8(String bytes) {
        return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }
}
