package io.fleetcommand.operations.topics;

import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigsOptions;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.CreatePartitionsOptions;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.config.ConfigResource;

/** One thing to do on a cluster; nothing that takes away. */
sealed interface Change {
    /** For people, in one line. */
    String text();

    /** @param validateOnly whether the brokers are only asked if it could be done */
    KafkaFuture<?> on(Admin admin, boolean validateOnly);

    record MakeTopic(TopicSpec topic) implements Change {
        @Override
        public String text() {
            return "+ topic " + topic.name() + ": " + topic.text();
        }

        @Override
        public KafkaFuture<?> on(Admin admin, boolean validateOnly) {
            NewTopic made = new NewTopic(topic.name(), topic.partitions(), topic.replicas()).configs(topic.config());
            return admin.createTopics(List.of(made), new CreateTopicsOptions().validateOnly(validateOnly))
                    .all();
        }
    }

    record AddPartitions(String topic, int from, int to) implements Change {
        @Override
        public String text() {
            return "~ topic " + topic + ": " + from + " -> " + to + " partitions";
        }

        @Override
        public KafkaFuture<?> on(Admin admin, boolean validateOnly) {
            return admin.createPartitions(
                            Map.of(topic, NewPartitions.increaseTo(to)),
                            new CreatePartitionsOptions().validateOnly(validateOnly))
                    .all();
        }
    }

    record SetConfig(String topic, String key, String from, String to) implements Change {
        @Override
        public String text() {
            return "~ topic " + topic + ": " + key + "=" + from + " -> " + to;
        }

        @Override
        public KafkaFuture<?> on(Admin admin, boolean validateOnly) {
            ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
            AlterConfigOp set = new AlterConfigOp(new ConfigEntry(key, to), AlterConfigOp.OpType.SET);
            return admin.incrementalAlterConfigs(
                            Map.of(resource, List.of(set)), new AlterConfigsOptions().validateOnly(validateOnly))
                    .all();
        }
    }

    record Grant(AclBinding right) implements Change {
        @Override
        public String text() {
            return "+ right " + AclsFile.text(right);
        }

        /** Brokers have no way to be asked about a right. */
        @Override
        public KafkaFuture<?> on(Admin admin, boolean validateOnly) {
            return validateOnly
                    ? KafkaFuture.completedFuture(null)
                    : admin.createAcls(List.of(right)).all();
        }
    }
}
