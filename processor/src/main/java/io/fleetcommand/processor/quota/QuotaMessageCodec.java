package io.fleetcommand.processor.quota;

import io.fleetcommand.model.QuotaDemand;
import io.fleetcommand.model.QuotaLoan;
import io.fleetcommand.model.QuotaNotice;
import io.fleetcommand.model.QuotaOwner;
import io.fleetcommand.model.QuotaRest;
import io.fleetcommand.registry.ReadFailure;
import java.time.Instant;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Encodes quota messages as records of the quota topic and decodes them. Thread-safe if its serializer and deserializer
 * are.
 */
public final class QuotaMessageCodec {
    private final String topic;
    private final Serializer<Object> serializer;
    private final Deserializer<?> deserializer;

    /**
     * @param serializer writes the generated classes in the Confluent wire format
     * @param deserializer reads them
     */
    public QuotaMessageCodec(String topic, Serializer<Object> serializer, Deserializer<?> deserializer) {
        this.topic = topic;
        this.serializer = serializer;
        this.deserializer = deserializer;
    }

    byte[] bytes(QuotaMessage message) {
        return serializer.serialize(topic, new QuotaNotice(record(message)));
    }

    /** Decodes a record's value; never throws, whatever the bytes. */
    ReceivedMessage read(byte[] value) {
        try {
            return deserializer.deserialize(topic, value) instanceof QuotaNotice notice
                    ? message(notice.getNotice())
                    : new ReceivedMessage.Unreadable("the value is no quota message");
        } catch (RuntimeException failure) {
            String why = String.valueOf(failure.getMessage());
            return ReadFailure.of(failure) == ReadFailure.REGISTRY
                    ? new ReceivedMessage.Unavailable(why)
                    : new ReceivedMessage.Unreadable(why);
        }
    }

    private static Object record(QuotaMessage message) {
        if (message instanceof QuotaMessage.Owner owner) {
            return new QuotaOwner(owner.group(), owner.claimedAt(), Instant.ofEpochMilli(owner.untilMs()));
        }
        if (message instanceof QuotaMessage.CoolingDown cooling) {
            CoolDown coolDown = cooling.coolDown();
            return new QuotaRest(Instant.ofEpochMilli(coolDown.untilMs()), coolDown.stepMs(), coolDown.repeats());
        }
        if (message instanceof QuotaMessage.Demand demand) {
            return new QuotaDemand(demand.instance(), Instant.ofEpochMilli(demand.untilMs()));
        }
        QuotaMessage.Loan loan = (QuotaMessage.Loan) message;
        return new QuotaLoan(loan.partition(), loan.borrower(), Instant.ofEpochMilli(loan.untilMs()));
    }

    private static ReceivedMessage message(Object notice) {
        if (notice instanceof QuotaOwner owner) {
            return new ReceivedMessage.Decoded(new QuotaMessage.Owner(
                    owner.getGroup(), owner.getClaimedAt(), owner.getUntil().toEpochMilli()));
        }
        if (notice instanceof QuotaRest rest) {
            return new ReceivedMessage.Decoded(new QuotaMessage.CoolingDown(
                    new CoolDown(rest.getUntil().toEpochMilli(), rest.getStepMs(), rest.getRepeats())));
        }
        if (notice instanceof QuotaDemand demand) {
            return new ReceivedMessage.Decoded(new QuotaMessage.Demand(
                    demand.getInstance(), demand.getUntil().toEpochMilli()));
        }
        return notice instanceof QuotaLoan loan
                ? new ReceivedMessage.Decoded(new QuotaMessage.Loan(
                        loan.getPartition(), loan.getBorrower(), loan.getUntil().toEpochMilli()))
                : new ReceivedMessage.Unreadable("the quota message is of a kind that this version does not know");
    }
}
