package io.fleetcommand.processor.policy;

import io.fleetcommand.text.VisibleText;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.CollectionStartEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.MappingStartEvent;
import org.yaml.snakeyaml.events.NodeEvent;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.events.SequenceStartEvent;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;

/**
 * A parser for a strict subset of YAML: one document of mappings, lists and texts. Every scalar is its literal text, so
 * that {@code on}, {@code 012} and {@code ~} are neither booleans, numbers nor null. Anchors, aliases and tags are
 * rejected: with them a short file can expand to a huge one, or differ from what it looks like.
 */
final class StrictYaml {
    static final int MAX_BYTES = 1_048_576;
    /** Maximum nesting. A policy needs a mapping in a list in a mapping, and lists in that. */
    private static final int MAX_DEPTH = 8;

    private static final int MAX_SHOWN_CHARS = 80;
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private final Iterator<Event> events;

    private StrictYaml(Iterator<Event> events) {
        this.events = events;
    }

    /** A node of the document, with the line on which it begins. */
    sealed interface Node {
        int line();
    }

    record Text(String value, int line) implements Node {}

    record Items(List<Node> nodes, int line) implements Node {}

    record Fields(Map<String, Node> byKey, int line) implements Node {}

    /** Thrown for invalid input, with the line if it is known. */
    static final class Fault extends Exception {
        private static final long serialVersionUID = 1L;

        private Fault(String what) {
            super(what);
        }

        private Fault(int line, String what) {
            super("line " + line + ": " + what);
        }
    }

    /** @throws Fault at the first fault */
    static Node read(byte[] bytes) throws Fault {
        if (bytes.length > MAX_BYTES) {
            throw new Fault("it is longer than " + MAX_BYTES + " bytes");
        }
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(MAX_BYTES);
        try {
            ParserImpl parser = new ParserImpl(new StreamReader(decode(bytes)), options);
            return new StrictYaml(events(parser)).document();
        } catch (MarkedYAMLException failure) {
            throw Optional.ofNullable(failure.getProblemMark())
                    .map(mark -> new Fault(mark.getLine() + 1, failure.getProblem()))
                    .orElseGet(() -> new Fault(failure.getProblem()));
        } catch (YAMLException failure) {
            throw new Fault(VisibleText.of(String.valueOf(failure.getMessage()), MAX_SHOWN_CHARS));
        }
    }

    private static String decode(byte[] bytes) throws Fault {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK ? text.substring(1) : text;
        } catch (CharacterCodingException failure) {
            throw new Fault("it is not UTF-8");
        }
    }

    private static Iterator<Event> events(ParserImpl parser) {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return parser.peekEvent() != null;
            }

            @Override
            public Event next() {
                return parser.getEvent();
            }
        };
    }

    private Node document() throws Fault {
        events.next();
        if (!events.next().is(Event.ID.DocumentStart)) {
            throw new Fault("it is empty");
        }
        Node root = node(events.next(), 1);
        events.next();
        Event next = events.next();
        if (!next.is(Event.ID.StreamEnd)) {
            throw new Fault(line(next), "a second document begins; there must be one");
        }
        return root;
    }

    private Node node(Event event, int depth) throws Fault {
        if (depth > MAX_DEPTH) {
            throw new Fault(line(event), "it is nested deeper than " + MAX_DEPTH + " levels");
        }
        if (event instanceof AliasEvent) {
            throw new Fault(line(event), "aliases (*name) are not taken; write it out, or quote the text");
        }
        if (event instanceof NodeEvent node && node.getAnchor() != null) {
            throw new Fault(line(event), "anchors (&name) are not taken; write it out, or quote the text");
        }
        if (event instanceof ScalarEvent scalar) {
            return text(scalar);
        }
        if (event instanceof CollectionStartEvent collection && collection.getTag() != null) {
            throw tagged(event, collection.getTag());
        }
        if (event instanceof SequenceStartEvent) {
            return items(event, depth);
        }
        if (event instanceof MappingStartEvent) {
            return fields(event, depth);
        }
        throw new Fault(line(event), "a value is missing");
    }

    private static Text text(ScalarEvent scalar) throws Fault {
        if (scalar.getTag() != null) {
            throw tagged(scalar, scalar.getTag());
        }
        if (scalar.isPlain() && scalar.getValue().isEmpty()) {
            throw new Fault(line(scalar), "a value is missing; for the empty text write ''");
        }
        return new Text(scalar.getValue(), line(scalar));
    }

    private Items items(Event start, int depth) throws Fault {
        List<Node> nodes = new ArrayList<>();
        for (Event event = events.next(); !event.is(Event.ID.SequenceEnd); event = events.next()) {
            nodes.add(node(event, depth + 1));
        }
        return new Items(nodes, line(start));
    }

    private Fields fields(Event start, int depth) throws Fault {
        Map<String, Node> byKey = new LinkedHashMap<>();
        for (Event event = events.next(); !event.is(Event.ID.MappingEnd); event = events.next()) {
            if (!(node(event, depth + 1) instanceof Text key)) {
                throw new Fault(line(event), "a key must be a text");
            }
            if (byKey.put(key.value(), node(events.next(), depth + 1)) != null) {
                throw new Fault(
                        key.line(), "the key " + VisibleText.of(key.value(), MAX_SHOWN_CHARS) + " stands there twice");
            }
        }
        return new Fields(byKey, line(start));
    }

    private static Fault tagged(Event event, String tag) {
        return new Fault(
                line(event),
                "tags (" + VisibleText.of(tag, MAX_SHOWN_CHARS)
                        + ") are not taken; a text that begins with ! is quoted");
    }

    private static int line(Event event) {
        return event.getStartMark().getLine() + 1;
    }
}
