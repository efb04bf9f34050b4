package io.fleetcommand.operations.topics;

import java.lang.reflect.Constructor;
import java.util.Collection;
import java.util.Set;
import org.apache.kafka.clients.admin.DescribeAclsResult;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.internals.KafkaFutureImpl;

/** What an admin client answers, made without a cluster. */
public final class AdminResults {
    private AdminResults() {}

    public static <T> KafkaFuture<T> failed(RuntimeException why) {
        KafkaFutureImpl<T> failed = new KafkaFutureImpl<>();
        failed.completeExceptionally(why);
        return failed;
    }

    public static DescribeAclsResult rights(Set<AclBinding> rights) {
        return rights(KafkaFuture.completedFuture(rights));
    }

    /** Kafka lets nobody else make one. */
    public static DescribeAclsResult rights(KafkaFuture<Collection<AclBinding>> rights) {
        try {
            Constructor<DescribeAclsResult> hidden = DescribeAclsResult.class.getDeclaredConstructor(KafkaFuture.class);
            hidden.setAccessible(true);
            return hidden.newInstance(rights);
        } catch (ReflectiveOperationException changed) {
            throw new AssertionError(changed);
        }
    }
}
