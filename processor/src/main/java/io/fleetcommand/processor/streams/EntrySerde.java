package io.fleetcommand.processor.streams;

import io.fleetcommand.processor.core.Action;
import io.fleetcommand.processor.core.Answer;
import io.fleetcommand.processor.core.Asker;
import io.fleetcommand.processor.core.Attempts;
import io.fleetcommand.processor.core.Closing;
import io.fleetcommand.processor.core.Entry;
import io.fleetcommand.processor.core.Fingerprint;
import io.fleetcommand.processor.core.Guarantee;
import io.fleetcommand.processor.core.Lane;
import io.fleetcommand.processor.core.Phase;
import io.fleetcommand.processor.core.Reason;
import io.fleetcommand.processor.core.ReplyTo;
import io.fleetcommand.processor.core.Request;
import io.fleetcommand.processor.core.RequestKey;
import io.fleetcommand.processor.core.Status;
import io.fleetcommand.processor.core.Timing;
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

/** How the ledger's entries are kept in the state stores. */
final class EntrySerde {
    private EntrySerde() {}

    static Serde<Entry> serde() {
        return new StoredSerde<>(
                "a ledger entry",
                entry -> stored(entry).toByteBuffer(),
                bytes -> entry(StoredEntry.fromByteBuffer(bytes)));
    }

    static Serde<Filing> filings() {
        return new StoredSerde<>(
                "what is filed about a request",
                filing -> stored(filing).toByteBuffer(),
                bytes -> filing(StoredFiling.fromByteBuffer(bytes)));
    }

    private static StoredFiling stored(Filing filing) {
        if (filing instanceof Filing.Open open) {
            return new StoredFiling(ByteBuffer.wrap(open.place().get()));
        }
        return filing instanceof Filing.Unread unread
                ? new StoredFiling(stored(unread.unread()))
                : new StoredFiling(stored((Filing.Answered) filing));
    }

    private static Filing filing(StoredFiling stored) {
        if (stored.getContent() instanceof ByteBuffer place) {
            return new Filing.Open(Bytes.wrap(bytes(place)));
        }
        return stored.getContent() instanceof StoredResult result
                ? filing(result)
                : Filing.of(entry((StoredEntry) stored.getContent()));
    }

    private static StoredResult stored(Filing.Answered answered) {
        Answer answer = answered.answer();
        Timing timing = answer.timing();
        return StoredResult.newBuilder()
                .setContent(answered.content().map(EntrySerde::stored).orElse(null))
                .setStatus(answer.status().name())
                .setReason(answer.reason().name())
                .setDetail(answer.detail())
                .setValue(Values.plain(answer.value()))
                .setHttpStatus(answer.httpStatus())
                .setAttempts(answer.attempts())
                .setReceivedAtMs(timing.receivedAtMs())
                .setWaitedForTurnMs(timing.waitedForTurnMs())
                .setWaitedForQuotaMs(timing.waitedForQuotaMs())
                .setCloudMs(answer.cloudMs())
                .setFinishedAfterMs(answer.finishedAtMs() - timing.receivedAtMs())
                .setAgeMs(answer.ageMs())
                .build();
    }

    private static StoredFingerprint stored(Fingerprint content) {
        return new StoredFingerprint(ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(content.high())
                .putLong(content.low())
                .array());
    }

    private static Filing filing(StoredResult stored) {
        long finishedAtMs = stored.getReceivedAtMs() + stored.getFinishedAfterMs();
        Answer answer = new Answer(
                Status.valueOf(stored.getStatus()),
                Reason.valueOf(stored.getReason()),
                stored.getDetail(),
                Values.of(stored.getValue()),
                stored.getHttpStatus(),
                stored.getAttempts(),
                new Timing(
                        stored.getReceivedAtMs(),
                        finishedAtMs,
                        stored.getWaitedForTurnMs(),
                        stored.getWaitedForQuotaMs()),
                stored.getCloudMs(),
                finishedAtMs,
                stored.getAgeMs());
        return new Filing.Answered(Optional.ofNullable(stored.getContent()).map(EntrySerde::fingerprint), answer);
    }

    private static Fingerprint fingerprint(StoredFingerprint stored) {
        ByteBuffer bits = ByteBuffer.wrap(stored.bytes());
        return new Fingerprint(bits.getLong(), bits.getLong());
    }

    private static StoredEntry stored(Entry entry) {
        Attempts attempts = entry.attempts();
        Timing timing = entry.timing();
        return StoredEntry.newBuilder()
                .setDeviceId(entry.key().deviceId())
                .setRequestId(entry.key().requestId())
                .setRequest(entry.request().map(EntrySerde::stored).orElse(null))
                .setSequence(entry.sequence())
                .setPhase(entry.phase().name())
                .setWakeMs(entry.wakeMs())
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
                .setClosing(entry.closing()
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
                .setLane(request.lane().name())
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

    private static Entry entry(StoredEntry stored) {
        Timing timing = new Timing(
                stored.getReceivedAtMs(),
                stored.getWaitingSinceMs(),
                stored.getWaitedForTurnMs(),
                stored.getWaitedForQuotaMs());
        RequestKey key = new RequestKey(stored.getDeviceId(), stored.getRequestId());
        return new Entry(
                key,
                Optional.ofNullable(stored.getRequest()).map(given -> request(key, given)),
                Optional.empty(),
                stored.getSequence(),
                Phase.valueOf(stored.getPhase()),
                stored.getWakeMs(),
                attempts(stored),
                stored.getCancelled(),
                timing,
                Optional.ofNullable(stored.getClosing())
                        .map(closing ->
                                new Closing(Status.valueOf(closing.getStatus()), Reason.valueOf(closing.getReason()))),
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
                Lane.valueOf(stored.getLane()),
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
