package io.fleetcommand.processor.streams.codec;

import io.fleetcommand.processor.core.ledger.Attempts;
import io.fleetcommand.processor.core.ledger.LedgerEntry;
import io.fleetcommand.processor.core.ledger.RequestPhase;
import io.fleetcommand.processor.core.ledger.RequestTiming;
import io.fleetcommand.processor.core.ledger.Result;
import io.fleetcommand.processor.core.ledger.Termination;
import io.fleetcommand.processor.core.request.Action;
import io.fleetcommand.processor.core.request.Asker;
import io.fleetcommand.processor.core.request.Fingerprint;
import io.fleetcommand.processor.core.request.Guarantee;
import io.fleetcommand.processor.core.request.Priority;
import io.fleetcommand.processor.core.request.Reason;
import io.fleetcommand.processor.core.request.ReplyTo;
import io.fleetcommand.processor.core.request.Request;
import io.fleetcommand.processor.core.request.RequestKey;
import io.fleetcommand.processor.core.request.Status;
import io.fleetcommand.processor.stored.StoredAsker;
import io.fleetcommand.processor.stored.StoredAttempt;
import io.fleetcommand.processor.stored.StoredClosing;
import io.fleetcommand.processor.stored.StoredEntry;
import io.fleetcommand.processor.stored.StoredFiling;
import io.fleetcommand.processor.stored.StoredFingerprint;
import io.fleetcommand.processor.stored.StoredHeader;
import io.fleetcommand.processor.stored.StoredReplyTo;
import io.fleetcommand.processor.stored.StoredRequest;
import io.fleetcommand.processor.stored.StoredResult;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.utils.Bytes;

/** Serdes of ledger entries and of the request index in the state stores. */
public final class LedgerEntrySerde {
    private LedgerEntrySerde() {}

    public static Serde<LedgerEntry> serde() {
        return new StoredSerde<>(
                "a ledger entry",
                entry -> stored(entry).toByteBuffer(),
                bytes -> entry(StoredEntry.fromByteBuffer(bytes)));
    }

    public static Serde<RequestIndexEntry> indexEntries() {
        return new StoredSerde<>(
                "a request index entry",
                indexEntry -> stored(indexEntry).toByteBuffer(),
                bytes -> indexEntry(StoredFiling.fromByteBuffer(bytes)));
    }

    private static StoredFiling stored(RequestIndexEntry indexEntry) {
        if (indexEntry instanceof RequestIndexEntry.Pending pending) {
            return new StoredFiling(ByteBuffer.wrap(pending.positionKey().get()));
        }
        return indexEntry instanceof RequestIndexEntry.Unread unread
                ? new StoredFiling(stored(unread.unread()))
                : new StoredFiling(stored((RequestIndexEntry.Final) indexEntry));
    }

    private static RequestIndexEntry indexEntry(StoredFiling stored) {
        if (stored.getContent() instanceof ByteBuffer positionKey) {
            return new RequestIndexEntry.Pending(Bytes.wrap(bytes(positionKey)));
        }
        return stored.getContent() instanceof StoredResult result
                ? indexEntry(result)
                : RequestIndexEntry.of(entry((StoredEntry) stored.getContent()));
    }

    private static StoredResult stored(RequestIndexEntry.Final finalEntry) {
        Result result = finalEntry.result();
        RequestTiming timing = result.timing();
        return StoredResult.newBuilder()
                .setContent(finalEntry.content().map(LedgerEntrySerde::stored).orElse(null))
                .setStatus(result.status().name())
                .setReason(result.reason().name())
                .setDetail(result.detail())
                .setValue(Values.toAvro(result.value()))
                .setHttpStatus(result.httpStatus())
                .setAttempts(result.attempts())
                .setReceivedAtMs(timing.receivedAtMs())
                .setWaitedForTurnMs(timing.waitedForTurnMs())
                .setWaitedForQuotaMs(timing.waitedForQuotaMs())
                .setCloudMs(result.cloudMs())
                .setFinishedAfterMs(result.finishedAtMs() - timing.receivedAtMs())
                .setAgeMs(result.ageMs())
                .build();
    }

    private static StoredFingerprint stored(Fingerprint content) {
        return new StoredFingerprint(ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(content.high())
                .putLong(content.low())
                .array());
    }

    private static RequestIndexEntry indexEntry(StoredResult stored) {
        long finishedAtMs = stored.getReceivedAtMs() + stored.getFinishedAfterMs();
        Result result = new Result(
                Status.valueOf(stored.getStatus()),
                Reason.valueOf(stored.getReason()),
                stored.getDetail(),
                Values.of(stored.getValue()),
                stored.getHttpStatus(),
                stored.getAttempts(),
                new RequestTiming(
                        stored.getReceivedAtMs(),
                        finishedAtMs,
                        stored.getWaitedForTurnMs(),
                        stored.getWaitedForQuotaMs()),
                stored.getCloudMs(),
                finishedAtMs,
                stored.getAgeMs());
        return new RequestIndexEntry.Final(
                Optional.ofNullable(stored.getContent()).map(LedgerEntrySerde::fingerprint), result);
    }

    private static Fingerprint fingerprint(StoredFingerprint stored) {
        ByteBuffer bits = ByteBuffer.wrap(stored.bytes());
        return new Fingerprint(bits.getLong(), bits.getLong());
    }

    private static StoredEntry stored(LedgerEntry entry) {
        Attempts attempts = entry.attempts();
        RequestTiming timing = entry.timing();
        return StoredEntry.newBuilder()
                .setDeviceId(entry.key().deviceId())
                .setRequestId(entry.key().requestId())
                .setRequest(entry.request().map(LedgerEntrySerde::stored).orElse(null))
                .setSequence(entry.sequence())
                .setPhase(stored(entry.phase()))
                .setWakeMs(entry.dueAtMs())
                .setHigh(attempts.high())
                .setUnresolved(attempts.unresolved().entrySet().stream()
                        .map(attempt -> new StoredAttempt(attempt.getKey(), attempt.getValue()))
                        .toList())
                .setCounted(attempts.counted())
                .setFailures(attempts.failures())
                .setCloudMs(attempts.cloudMs())
                .setLastReason(attempts.last().reason().name())
                .setLastDetail(attempts.last().detail())
                .setLastHttpStatus(attempts.last().httpStatus())
                .setCancelled(entry.cancelled())
                .setReceivedAtMs(timing.receivedAtMs())
                .setWaitingSinceMs(timing.waitingSinceMs())
                .setWaitedForTurnMs(timing.waitedForTurnMs())
                .setWaitedForQuotaMs(timing.waitedForQuotaMs())
                .setClosing(entry.termination()
                        .map(closing -> new StoredClosing(
                                closing.status().name(), closing.reason().name()))
                        .orElse(null))
                .setOthers(entry.others().stream()
                        .map(other -> new StoredAsker(stored(other.replyTo()), other.source()))
                        .toList())
                .build();
    }

    private static StoredRequest stored(Request request) {
        StoredRequest.Builder stored = StoredRequest.newBuilder()
                .setProduct(request.product())
                .setCommand(request.isCommand())
                .setName(request.action().name())
                .setGuarantee(request.guarantee().name())
                .setLane(request.priority().name())
                .setDeadlineMs(request.deadlineMs())
                .setNotBeforeMs(request.notBeforeMs())
                .setMaxAttempts(request.maxAttempts())
                .setRequester(request.requester())
                .setReplayOf(request.replayOf())
                .setCreatedAtMs(request.createdAtMs())
                .setSource(request.source())
                .setReplyTo(stored(request.replyTo()));
        if (request.action() instanceof Action.Call call) {
            stored.setArgument(call.argument());
        }
        if (request.action() instanceof Action.Read read) {
            stored.setMaxAgeMs(read.maxAgeMs());
        }
        return stored.build();
    }

    /** The names in the store are older than those in the code. */
    private static String stored(RequestPhase phase) {
        return switch (phase) {
            case TERMINATING -> "CLOSING";
            case FINAL -> "ANSWERED";
            case READY, CLAIMING, CALLED -> phase.name();
        };
    }

    private static RequestPhase phase(String stored) {
        return switch (stored) {
            case "CLOSING" -> RequestPhase.TERMINATING;
            case "ANSWERED" -> RequestPhase.FINAL;
            default -> RequestPhase.valueOf(stored);
        };
    }

    private static LedgerEntry entry(StoredEntry stored) {
        RequestTiming timing = new RequestTiming(
                stored.getReceivedAtMs(),
                stored.getWaitingSinceMs(),
                stored.getWaitedForTurnMs(),
                stored.getWaitedForQuotaMs());
        RequestKey key = new RequestKey(stored.getDeviceId(), stored.getRequestId());
        return new LedgerEntry(
                key,
                Optional.ofNullable(stored.getRequest()).map(request -> request(key, request)),
                Optional.empty(),
                stored.getSequence(),
                phase(stored.getPhase()),
                stored.getWakeMs(),
                attempts(stored),
                stored.getCancelled(),
                timing,
                Optional.ofNullable(stored.getClosing())
                        .map(closing -> new Termination(
                                Status.valueOf(closing.getStatus()), Reason.valueOf(closing.getReason()))),
                stored.getOthers().stream()
                        .map(other -> new Asker(replyTo(other.getReplyTo()), other.getSource()))
                        .toList(),
                Optional.empty());
    }

    private static Attempts attempts(StoredEntry stored) {
        SortedMap<Integer, String> unresolved = new TreeMap<>();
        stored.getUnresolved().forEach(attempt -> unresolved.put(attempt.getNumber(), attempt.getEpoch()));
        return new Attempts(
                stored.getHigh(),
                unresolved,
                stored.getCounted(),
                stored.getFailures(),
                stored.getCloudMs(),
                new Attempts.LastCall(
                        Reason.valueOf(stored.getLastReason()), stored.getLastDetail(), stored.getLastHttpStatus()));
    }

    private static Request request(RequestKey key, StoredRequest stored) {
        return new Request(
                key.requestId(),
                key.deviceId(),
                stored.getProduct(),
                stored.getCommand()
                        ? new Action.Call(stored.getName(), stored.getArgument())
                        : new Action.Read(stored.getName(), stored.getMaxAgeMs()),
                Guarantee.valueOf(stored.getGuarantee()),
                Priority.valueOf(stored.getLane()),
                stored.getDeadlineMs(),
                stored.getNotBeforeMs(),
                stored.getMaxAttempts(),
                stored.getRequester(),
                stored.getReplayOf(),
                stored.getCreatedAtMs(),
                stored.getSource(),
                replyTo(stored.getReplyTo()));
    }

    private static StoredReplyTo stored(ReplyTo replyTo) {
        return StoredReplyTo.newBuilder()
                .setTopic(replyTo.topic())
                .setPartition(replyTo.partition())
                .setEchoed(replyTo.echoed().stream()
                        .map(header -> new StoredHeader(header.name(), ByteBuffer.wrap(header.bytes())))
                        .toList())
                .build();
    }

    private static ReplyTo replyTo(StoredReplyTo stored) {
        List<ReplyTo.Header> echoed = stored.getEchoed().stream()
                .map(header -> new ReplyTo.Header(header.getName(), bytes(header.getValue())))
                .toList();
        return new ReplyTo(stored.getTopic(), stored.getPartition(), echoed);
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }
}
