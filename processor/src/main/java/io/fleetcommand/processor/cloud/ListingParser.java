package io.fleetcommand.processor.cloud;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import io.fleetcommand.processor.core.inventory.ListedDevice;
import io.fleetcommand.processor.core.inventory.ListingPage;
import java.io.IOException;
import java.io.Reader;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Parses one page of a device listing (docs/cloud-contract.md §4.1) as a stream, in bounded memory. A field of another
 * type than usual is taken for what it can mean, else for one that was left out; an entry without a device id is
 * skipped and counted. Ambiguous JSON is rejected, as are depth and length out of all proportion. For one page, on one
 * thread.
 */
final class ListingParser {
    /** Some 300 kB are usual for 100 devices. */
    static final int MAX_CHARACTERS = 8 * 1024 * 1024;
    /** Maximum length of a text; the texts of one device must fit into one record. A longer one counts as left out. */
    static final int MAX_TEXT_LENGTH = 200;
    /** Maximum number of groups, functions and variables each; any further ones are ignored. */
    static final int MAX_TEXTS = 200;

    private static final int MAX_DEPTH = 32;

    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxDocumentLength(MAX_CHARACTERS)
                    .maxStringLength(MAX_CHARACTERS)
                    .maxNestingDepth(MAX_DEPTH)
                    .build())
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .build();

    private static final Pattern WHOLE_NUMBER = Pattern.compile("(-?[0-9]{1,9})(\\.0{1,9})?");

    private final JsonParser json;
    private final ShownText shown;
    /** Most texts are the same for many devices. */
    private final Map<String, String> cleanTexts = new HashMap<>();

    private final List<ListedDevice> devices = new ArrayList<>();
    private int skipped;
    private boolean hasDevices;
    private Optional<String> error = Optional.empty();
    private OptionalInt totalPages = OptionalInt.empty();
    private OptionalInt totalRecords = OptionalInt.empty();
    private OptionalInt total = OptionalInt.empty();

    private ListingParser(JsonParser json, ShownText shown) {
        this.json = json;
        this.shown = shown;
    }

    /**
     * @param shown removes tokens from what is read
     * @throws com.fasterxml.jackson.core.JsonProcessingException if the body is no page of a listing
     * @throws IOException if the body breaks off
     */
    static ListingPage parse(Reader body, ShownText shown) throws IOException {
        try (JsonParser json = JSON.createParser(body)) {
            return new ListingParser(json, shown).page();
        }
    }

    private ListingPage page() throws IOException {
        if (json.nextToken() != JsonToken.START_OBJECT) {
            throw new JsonParseException(json, "not a JSON object");
        }
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String field = json.currentName();
            json.nextToken();
            switch (field) {
                case "devices" -> readDevices();
                case "meta" -> readMeta();
                case "error" -> error = text();
                default -> json.skipChildren();
            }
        }
        if (json.nextToken() != null) {
            throw new JsonParseException(json, "more than one JSON object");
        }
        if (!hasDevices) {
            throw new JsonParseException(
                    json,
                    "no list of devices" + error.map(text -> ", but: " + text).orElse(""));
        }
        OptionalInt records = totalRecords.isPresent() ? totalRecords : total;
        return new ListingPage(
                devices,
                skipped,
                totalPages,
                records.isPresent() ? OptionalLong.of(records.getAsInt()) : OptionalLong.empty());
    }

    private void readDevices() throws IOException {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            json.skipChildren();
            return;
        }
        hasDevices = true;
        while (json.nextToken() != JsonToken.END_ARRAY) {
            device().ifPresentOrElse(devices::add, () -> skipped++);
        }
    }

    /** Some forms of the metadata have {@code total} for the number of records. */
    private void readMeta() throws IOException {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            json.skipChildren();
            return;
        }
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String field = json.currentName();
            json.nextToken();
            switch (field) {
                case "total_pages" -> totalPages = wholeNumberFrom(1);
                case "total_records" -> totalRecords = wholeNumberFrom(0);
                case "total" -> total = wholeNumberFrom(0);
                default -> json.skipChildren();
            }
        }
    }

    /** The entry at the current token; empty if it is no device. */
    private Optional<ListedDevice> device() throws IOException {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            json.skipChildren();
            return Optional.empty();
        }
        String id = "";
        String name = "";
        boolean online = false;
        OptionalLong lastHeardMs = OptionalLong.empty();
        List<String> groups = List.of();
        OptionalInt platformId = OptionalInt.empty();
        OptionalInt firmwareVersion = OptionalInt.empty();
        Optional<String> systemFirmwareVersion = Optional.empty();
        Optional<List<String>> functions = Optional.empty();
        Optional<Map<String, String>> variables = Optional.empty();
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String field = json.currentName();
            json.nextToken();
            switch (field) {
                case "id" ->
                    id = text().map(text -> text.toLowerCase(Locale.ROOT)).orElse("");
                case "name" -> name = text().orElse("");
                case "online" -> online = isTrue();
                case "last_heard" -> lastHeardMs = instant();
                case "groups" -> groups = texts().orElse(List.of());
                case "platform_id" -> platformId = wholeNumber();
                case "firmware_version" -> firmwareVersion = wholeNumber();
                case "system_firmware_version" -> systemFirmwareVersion = text();
                case "functions" -> functions = texts();
                case "variables" -> variables = textsByName();
                default -> json.skipChildren();
            }
        }
        return ListedDevice.isId(id)
                ? Optional.of(new ListedDevice(
                        id,
                        name,
                        online,
                        lastHeardMs,
                        groups,
                        platformId,
                        firmwareVersion,
                        systemFirmwareVersion,
                        functions,
                        variables))
                : Optional.empty();
    }

    /** A text, or a number or truth value as text. */
    private Optional<String> text() throws IOException {
        if (!json.currentToken().isScalarValue() || json.currentToken() == JsonToken.VALUE_NULL) {
            json.skipChildren();
            return Optional.empty();
        }
        return clean(json.getText());
    }

    private Optional<String> clean(String text) {
        return text.length() > MAX_TEXT_LENGTH
                ? Optional.empty()
                : Optional.of(cleanTexts.computeIfAbsent(text, shown::data));
    }

    private boolean isTrue() throws IOException {
        return text().filter("true"::equalsIgnoreCase).isPresent();
    }

    private OptionalInt wholeNumber() throws IOException {
        Optional<Matcher> number = text().map(WHOLE_NUMBER::matcher).filter(Matcher::matches);
        return number.isPresent() ? OptionalInt.of(Integer.parseInt(number.get().group(1))) : OptionalInt.empty();
    }

    private OptionalInt wholeNumberFrom(int least) throws IOException {
        OptionalInt number = wholeNumber();
        return number.isPresent() && number.getAsInt() >= least ? number : OptionalInt.empty();
    }

    private OptionalLong instant() throws IOException {
        Optional<String> text = text();
        try {
            return text.isPresent() ? OptionalLong.of(Instant.parse(text.get()).toEpochMilli()) : OptionalLong.empty();
        } catch (DateTimeException | ArithmeticException unusable) {
            return OptionalLong.empty();
        }
    }

    /** A list of different texts, or a single one; empty if it is neither. */
    private Optional<List<String>> texts() throws IOException {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            return text().map(List::of);
        }
        List<String> texts = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            Optional<String> text = text();
            if (text.isPresent() && texts.size() < MAX_TEXTS && !texts.contains(text.get())) {
                texts.add(text.get());
            }
        }
        return Optional.of(texts);
    }

    /** An object of texts; empty if it is none. */
    private Optional<Map<String, String>> textsByName() throws IOException {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            json.skipChildren();
            return Optional.empty();
        }
        Map<String, String> texts = new LinkedHashMap<>();
        while (json.nextToken() != JsonToken.END_OBJECT) {
            Optional<String> name = clean(json.currentName());
            json.nextToken();
            Optional<String> text = text();
            if (name.isPresent() && text.isPresent() && texts.size() < MAX_TEXTS) {
                texts.put(name.get(), text.get());
            }
        }
        return Optional.of(texts);
    }
}
