package io.fleetcommand.systemtest.bench.abuse;

import static io.fleetcommand.systemtest.bench.abuse.AbuseKind.beside;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** All kinds of abuse. Those that leave something behind come last within their group. */
final class AbuseKinds {
    private static final List<AbuseKind> ALL = List.of(
            beside(
                            "claimed-lengths-in-commands",
                            "strings that claim to be 2^31 bytes long, and more such lengths, as commands",
                            MalformedRecords::claimedLengthsInCommands)
                    .thenRestart(),
            beside("claimed-lengths-in-polls", "the same as polls", MalformedRecords::claimedLengthsInPolls),
            beside(
                    "claimed-lengths-in-cancellations",
                    "the same as cancellations",
                    MalformedRecords::claimedLengthsInCancellations),
            beside(
                            "claimed-lengths-in-the-journal",
                            "the same as lines of the journal",
                            MalformedRecords::claimedLengthsInJournal)
                    .thenRestart(),
            beside(
                            "claimed-lengths-in-the-quota-topic",
                            "the same as notices of the quota",
                            MalformedRecords::claimedLengthsInQuotaNotices)
                    .thenRestart(),
            beside(
                            "mutations",
                            "10,000 random mutations of good commands, polls, cancellations and journal lines",
                            MalformedRecords::mutations)
                    .thenRestart(),
            beside(
                    "schemas-of-another-kind",
                    "ids of schemas of strings, longs, unions, arrays, enums and other records",
                    RegistryAbuse::schemasOfAnotherKind),
            beside(
                    "schemas-that-are-not-avro",
                    "ids of a JSON schema and of a Protobuf schema",
                    RegistryAbuse::schemasThatAreNotAvro),
            beside("random-schema-ids", "20,000 records under random schema ids", RegistryAbuse::randomIds),
            beside(
                    "deep-nesting",
                    "a writer's schema with a further field, nested 200,000 deep",
                    RegistryAbuse::deepNesting),
            beside(
                    "endless-sequences",
                    "a writer's schema with a further field, a sequence that claims 2^62 items of no bytes",
                    RegistryAbuse::endlessSequences),
            beside(
                    "registry-away",
                    "a record of a schema that was never seen, while the registry hangs up",
                    RegistryAbuse::awayWhileUnknownIdComes),
            beside(
                    "registry-lost-its-routes",
                    "good records of a schema that was never seen, while a front end says 404 in HTML",
                    RegistryAbuse::frontEndSaysNotFound),
            beside("reply-topics-that-are-missing", "200 reply topics that do not exist", ReplyTopicAbuse::missing),
            beside(
                    "reply-topic-deleted",
                    "a reply topic that is deleted after its first use",
                    ReplyTopicAbuse::deletedAfterFirstUse),
            beside(
                    "reply-topic-refuses-times",
                    "a reply topic that takes no record older or newer than 1 ms",
                    ReplyTopicAbuse::refusesTimes),
            beside(
                    "reply-topic-refuses-sizes",
                    "a reply topic that takes no record above 100 bytes",
                    ReplyTopicAbuse::refusesSizes),
            beside(
                    "reply-topic-without-replicas",
                    "a reply topic with fewer replicas in sync than it asks for",
                    ReplyTopicAbuse::tooFewInSync),
            beside(
                    "reply-topic-of-another-caller",
                    "another caller's reply topic, with that caller's correlation id",
                    ReplyTopicAbuse::ofAnotherCaller),
            beside(
                    "reply-topics-of-the-processor",
                    "the journal, result topics, changelogs and Kafka's own topics as reply topics",
                    ReplyTopicAbuse::ofTheProcessor),
            beside(
                    "reply-partitions-out-of-range",
                    "reply partitions that the topic does not have",
                    ReplyTopicAbuse::partitionsOutOfRange),
            beside(
                    "odd-times",
                    "deadlines, not_before and created_at in seconds, in microseconds and at the ends of a long",
                    OddRequests::times),
            beside(
                    "long-ids-in-cancellations",
                    "500 cancellations with ids and requesters of 65,000 characters",
                    OddRequests::longIdsInCancellations),
            beside("long-keys", "keys of 10,000 and 500,000 characters on every topic", OddRequests::longKeys),
            beside(
                    "nulls",
                    "no key, no value, neither, and values of no or three bytes, on every topic",
                    OddRequests::nulls),
            beside(
                    "control-characters",
                    "newlines, escape sequences and lone surrogates in ids, requesters and names",
                    OddRequests::controlCharacters),
            beside("odd-headers", "trace, correlation and reply headers that are none", OddRequests::oddHeaders),
            beside(
                    "one-byte-connections",
                    "50 connections to the port of the probes that send one byte",
                    PortAbuse::oneByteConnections),
            beside(
                    "slow-readers",
                    "50 connections that ask for /metrics 100 times and read nothing",
                    PortAbuse::slowReaders),
            beside("same-request", "the same command 20,000 times", Floods::sameRequest),
            beside("same-id-for-other-contents", "20,000 commands under one id", Floods::sameIdForOtherContents),
            beside(
                    "cancellations-of-unknown-ids",
                    "100,000 cancellations of requests that there are not",
                    Floods::cancellationsOfUnknownIds),
            beside("expired-on-arrival", "50,000 commands whose deadlines have passed", Floods::expired),
            beside(
                            "polls-of-one-variable-after-an-outage",
                            "50,000 polls of one variable of one device, published while the processor is down",
                            Floods::pollsOfOneVariable)
                    .whileDown(),
            beside(
                            "polls-of-one-device-by-many-requesters",
                            "50,000 polls of one device, each with another requester",
                            Floods::pollsOfOneDeviceByManyRequesters)
                    .leavingBacklog(),
            beside(
                            "polls-of-one-device",
                            "50,000 polls of one device, each of another variable",
                            Floods::pollsOfOneDevice)
                    .leavingBacklog(),
            beside("long-headers", "20,000 commands with four headers of 1,024 bytes each", Floods::longHeaders)
                    .leavingBacklog(),
            beside("for-later", "50,000 commands for in an hour", Floods::forLater)
                    .leavingBacklog(),
            beside("requesters", "100,000 commands, each with another requester and another device", Floods::requesters)
                    .leavingBacklog(),
            beside("polls-of-random-devices", "300,000 polls of random device ids", Floods::pollsOfRandomDevices)
                    .leavingBacklog());

    private AbuseKinds() {}

    static List<String> names() {
        return ALL.stream().map(AbuseKind::name).toList();
    }

    /**
     * The kinds of these names, in the table's order; all of them if there are no names.
     *
     * @throws IllegalArgumentException if there is no kind of a name
     */
    static List<AbuseKind> named(List<String> names) {
        Set<String> unknown = new TreeSet<>(names);
        names().forEach(unknown::remove);
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("there is no kind of abuse called " + String.join(", ", unknown)
                    + "; there are " + String.join(", ", names()));
        }
        return ALL.stream()
                .filter(kind -> names.isEmpty() || names.contains(kind.name()))
                .toList();
    }
}
