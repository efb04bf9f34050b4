package io.fleetcommand.operations.doctor;

import io.fleetcommand.operations.topics.AclsFile;
import io.fleetcommand.operations.topics.Names;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.SecurityDisabledException;

/**
 * Whether a principal has the rights that {@code deploy/acls.yaml} gives it.
 *
 * @param principal as the file names it; empty if none was named
 * @param acls the file of rights
 */
record RightsCheck(Optional<String> principal, Path acls, Names names, Supplier<Admin> kafka) implements Check {
    static final String NAME = "rights";
    private static final long LIMIT_S = 10;
    private static final int SHOWN = 3;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public List<String> needs() {
        return List.of(BrokersCheck.NAME);
    }

    @Override
    public Finding run() throws Exception {
        if (principal.isEmpty()) {
            return Finding.skipped("no principal is named: --as NAME");
        }
        String name = principal.get();
        AclsFile file = AclsFile.read(acls);
        if (!file.names().contains(name)) {
            return Finding.failed(
                    "the file of rights has no principal " + name, "it has " + file.names() + ": name one of these");
        }
        Set<AclBinding> wanted = file.bindings(names).stream()
                .filter(right -> right.entry().principal().equals("User:" + name))
                .collect(Collectors.toSet());
        try (Admin admin = kafka.get()) {
            return judge(
                    name,
                    wanted,
                    admin.describeAcls(AclBindingFilter.ANY).values().get(LIMIT_S, TimeUnit.SECONDS));
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof SecurityDisabledException) {
                return Finding.skipped("the cluster checks no rights: it has no authorizer");
            }
            if (failed.getCause() instanceof AuthorizationException) {
                return Finding.warning(
                        "this client may not see the rights",
                        "look with a super user, or grant DESCRIBE on the cluster");
            }
            throw failed;
        }
    }

    private static Finding judge(String name, Set<AclBinding> wanted, Collection<AclBinding> granted) {
        Set<AclBinding> missing = new HashSet<>(wanted);
        missing.removeAll(granted);
        return missing.isEmpty()
                ? Finding.ok(name + " has its " + wanted.size() + " rights")
                : Finding.failed(
                        name + " lacks " + missing.size() + " of its rights, such as "
                                + missing.stream()
                                        .map(right -> right.entry().operation() + " on "
                                                + right.pattern().name())
                                        .sorted()
                                        .limit(SHOWN)
                                        .collect(Collectors.joining(", ")),
                        "./fleet topics apply, as a super user, grants them");
    }
}
