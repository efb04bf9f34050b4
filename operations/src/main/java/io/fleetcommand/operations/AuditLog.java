package io.fleetcommand.operations;

import io.fleetcommand.model.AuditKind;
import io.fleetcommand.model.AuditRecord;
import io.fleetcommand.model.Topics;
import io.fleetcommand.operations.kafka.Kafka;
import io.fleetcommand.processor.core.request.RequestKey;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** What the audit topic tells of earlier replays. */
public final class AuditLog {
    private final Kafka kafka;
    private final Topics topics;

    public AuditLog(Kafka kafka, Topics topics) {
        this.kafka = kafka;
        this.topics = topics;
    }

    /**
     * The replays that requests run again as, by anybody's doing.
     *
     * @throws IllegalStateException if there is no audit topic: nothing may be replayed without a record of it
     */
    public Set<RequestKey> replays(ProgressListener meter) {
        Set<RequestKey> replays = new HashSet<>();
        try (TopicReader scan = new TopicReader(kafka)) {
            scan.read(
                    scan.partitions(topics.audit()),
                    Optional.empty(),
                    meter,
                    record -> scan.decode(record, AuditRecord.class)
                            .filter(audit -> audit.getKind() == AuditKind.REPLAY)
                            .filter(audit -> audit.getNewRequestId() != null)
                            .map(audit -> new RequestKey(audit.getDeviceId(), audit.getNewRequestId()))
                            .ifPresent(replays::add));
        }
        return replays;
    }
}
