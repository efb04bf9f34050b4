package io.fleetcommand.systemtest.bench.abuse;

import io.fleetcommand.model.DeviceCommand;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;

/** Schema ids that lead nowhere, to something else or into a trap, and a registry that fails meanwhile. */
final class RegistryAbuse {
    private static final int RANDOM_IDS = 20_000;
    private static final int RECORDS = 20;
    private static final int NESTED = 200_000;
    /** A count of 2^62, as Avro writes it. */
    private static final byte[] ENDLESS = HexFormat.of().parseHex("80808080808080808001");

    private static final String JSON_SCHEMA =
            "{\"$schema\":\"http://json-schema.org/draft-07/schema#\",\"type\":\"object\"}";

    private RegistryAbuse() {}

    static void randomIds(Abuser abuser) {
        for (int number = 0; number < RANDOM_IDS; number++) {
            String device = abuser.device(number);
            byte[] body = abuser.body(
                    Abuser.COMMANDS,
                    abuser.command("random-id-" + number, device).build());
            int id = 1_000_000 + abuser.random().nextInt(Integer.MAX_VALUE - 1_000_000);
            abuser.send(number % 2 == 0 ? Abuser.COMMANDS : Abuser.POLLS, device, Abuser.wire(id, body), Map.of());
        }
    }

    static void schemasOfAnotherKind(Abuser abuser) throws IOException, InterruptedException {
        byte[] body = {2, 'a', 2, 2, 0, 0, 0, 0};
        List<Integer> ids = new ArrayList<>();
        for (String schema : List.of(
                "\"string\"",
                "\"long\"",
                "[\"null\",\"string\"]",
                "{\"type\":\"array\",\"items\":\"int\"}",
                "{\"type\":\"enum\",\"name\":\"Abused\",\"symbols\":[\"A\",\"B\"]}",
                "{\"type\":\"record\",\"name\":\"Other\",\"fields\":[{\"name\":\"a\",\"type\":\"string\"}]}")) {
            ids.add(abuser.register("abuse.other-" + ids.size() + "-value", schema, "AVRO"));
        }
        toEveryTopic(abuser, ids, body);
    }

    static void schemasThatAreNotAvro(Abuser abuser) throws IOException, InterruptedException {
        int json = abuser.register("abuse.json-value", JSON_SCHEMA, "JSON");
        int protobuf = abuser.register(
                "abuse.protobuf-value", "syntax = \"proto3\"; message Abused { string a = 1; }", "PROTOBUF");
        toEveryTopic(abuser, List.of(json, protobuf), "{\"a\":1}".getBytes(StandardCharsets.UTF_8));
    }

    private static void toEveryTopic(Abuser abuser, List<Integer> ids, byte[] body) {
        for (String topic :
                List.of(Abuser.COMMANDS, Abuser.POLLS, Abuser.TOPICS.cancellations(), Abuser.TOPICS.attempts())) {
            for (int id : ids) {
                for (int key = 0; key < RECORDS; key++) {
                    abuser.send(topic, abuser.device(key), Abuser.wire(id, body), Map.of());
                }
            }
        }
    }

    /** A record of a field that holds itself, two hundred thousand deep. */
    static void deepNesting(Abuser abuser) throws IOException, InterruptedException {
        Schema node = new Schema.Parser()
                .parse("{\"type\":\"record\",\"name\":\"Node\",\"fields\":["
                        + "{\"name\":\"next\",\"type\":[\"null\",\"Node\"]}]}");
        byte[] nested = new byte[NESTED];
        Arrays.fill(nested, 0, NESTED - 1, (byte) 2);
        withMore(abuser, "nested", node, nested);
    }

    /** Items without bytes cost the writer nothing, however many there are. */
    static void endlessSequences(Abuser abuser) throws IOException, InterruptedException {
        withMore(abuser, "nulls", SchemaBuilder.array().items().nullType(), ENDLESS);
        withMore(
                abuser,
                "empty-records",
                SchemaBuilder.array()
                        .items(SchemaBuilder.record("Empty").fields().endRecord()),
                ENDLESS);
    }

    /** The registry is away while a value comes whose schema nobody has seen. */
    static void awayWhileUnknownIdComes(Abuser abuser) throws IOException, InterruptedException {
        int id = abuser.register("abuse.later-value", command("later", Schema.create(Schema.Type.STRING)), "AVRO");
        String device = abuser.device(0);
        byte[] body = abuser.body(
                Abuser.COMMANDS, abuser.command("registry-away", device).build());
        abuser.frontEnd().become(RegistryFrontEnd.Mode.DOWN);
        try {
            abuser.send(
                    Abuser.COMMANDS, device, Abuser.wire(id, MalformedRecords.joined(body, new byte[] {0})), Map.of());
            abuser.flush();
            abuser.last(half(abuser));
        } finally {
            abuser.frontEnd().become(RegistryFrontEnd.Mode.PASSING);
        }
    }

    /** A front end has lost its routes and says 404 in HTML while values come whose good schema nobody has seen. */
    static void frontEndSaysNotFound(Abuser abuser) throws IOException, InterruptedException {
        abuser.frontEnd().become(RegistryFrontEnd.Mode.LOST_ROUTES);
        try {
            withMore(abuser, "lost-routes", Schema.create(Schema.Type.STRING), new byte[] {0});
            abuser.flush();
            abuser.last(half(abuser));
        } finally {
            abuser.frontEnd().become(RegistryFrontEnd.Mode.PASSING);
        }
    }

    private static Duration half(Abuser abuser) {
        return abuser.phase().dividedBy(2);
    }

    /** Commands by a writer's schema with one more field. */
    private static void withMore(Abuser abuser, String name, Schema type, byte[] value)
            throws IOException, InterruptedException {
        int id = abuser.register("abuse." + name + "-value", command(name, type), "AVRO");
        for (int number = 0; number < RECORDS; number++) {
            String device = abuser.device(number);
            byte[] body = abuser.body(
                    Abuser.COMMANDS, abuser.command(name + "-" + number, device).build());
            abuser.send(Abuser.COMMANDS, device, Abuser.wire(id, MalformedRecords.joined(body, value)), Map.of());
        }
    }

    /** The schema of commands with a further field at its end. */
    private static String command(String name, Schema more) {
        Schema command = DeviceCommand.getClassSchema();
        List<Schema.Field> fields = new ArrayList<>();
        command.getFields().forEach(field -> fields.add(new Schema.Field(field, field.schema())));
        fields.add(new Schema.Field("abuse_" + name.replace('-', '_'), more));
        return Schema.createRecord(command.getName(), "", command.getNamespace(), false, fields)
                .toString();
    }
}
