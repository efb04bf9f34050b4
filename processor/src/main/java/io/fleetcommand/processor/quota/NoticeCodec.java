package io.fleetcommand.processor.quota;

import io.fleetcommand.model.QuotaDemand;
import io.fleetcommand.model.QuotaLoan;
import io.fleetcommand.model.QuotaNotice;
import io.fleetcommand.model.QuotaOwner;
import io.fleetcommand.model.QuotaRest;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;

/** Notices as the records of the quota's topic. Safe for use by many threads if its serializer and deserializer are. */
public final class NoticeCodec {
    private final String topic;
    private final Serializer<Object> serializer;
    private final Deserializer<?> deserializer;

    /**
     * @param serializer writes the generated classes in the Confluent wire format
     * @param deserializer reads them
     */
    public NoticeCodec(String topic, Serializer<Object> serializer, Deserializer<?> deserializer) {
        this.topic = topic;
        this.serializer = serializer;
        this.deserializer = deserializer;
    }

    byte[] bytes(Notice notice) {
        return serializer.serialize(topic, new QuotaNotice(record(notice)));
    }

    /** The notice in a record's value; empty for one of a kind that this version does not know. */
    Optional<Notice> notice(byte[] value) {
        return deserializer.deserialize(topic, value) instanceof QuotaNotice told
                ? Optional.ofNullable(told.getNotice()).flatMap(NoticeCodec::meaning)
                : Optional.empty();
    }

    private static Object record(Notice notice) {
        if (notice instanceof Notice.Owner owner) {
            return new QuotaOwner(owner.group(), owner.claimedAt(), Instant.ofEpochMilli(owner.untilMs()));
        }
        if (notice instanceof Notice.Rest rest) {
            CoolDown coolDown = rest.coolDown();
            return new QuotaRest(Instant.ofEpochMilli(coolDown.untilMs()), coolDown.stepMs(), coolDown.repeats());
        }
        if (notice instanceof Notice.Demand demand) {
            return new QuotaDemand(demand.instance(), Instant.ofEpochMilli(demand.untilMs()));
        }
        Notice.Loan loan = (Notice.Loan) notice;
        return new QuotaLoan(loan.partition(), loan.borrower(), Instant.ofEpochMilli(loan.untilMs()));
    }

    private static Optional<Notice> meaning(Object told) {
        if (told instanceof QuotaOwner owner) {
            return Optional.of(new Notice.Owner(
                    owner.getGroup(), owner.getClaimedAt(), owner.getUntil().toEpochMilli()));
        }
        if (told instanceof QuotaRest rest) {
            return Optional.of(
                    new Notice.Rest(new CoolDown(rest.getUntil().toEpochMilli(), rest.getStepMs(), rest.getRepeats())));
        }
        if (told instanceof QuotaDemand demand) {
            return Optional.of(
                    new Notice.Demand(demand.getInstance(), demand.getUntil().toEpochMilli()));
        }
        return told instanceof QuotaLoan loan
                ? Optional.of(new Notice.Loan(
                        loan.getPartition(), loan.getBorrower(), loan.getUntil().toEpochMilli()))
                : Optional.empty();
    }
}
