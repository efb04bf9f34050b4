package io.fleetcommand.operations.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.operations.doctor.Finding.Status;
import io.fleetcommand.operations.topics.AclsFile;
import io.fleetcommand.operations.topics.AdminResults;
import io.fleetcommand.operations.topics.Names;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeAclsResult;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.SecurityDisabledException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rights of who is named by {@code --as}, as {@code deploy/acls.yaml} gives them. */
class RightsCheckTest {
    private static final Path ACLS = Path.of("..", "deploy", "acls.yaml");
    private static final Names NAMES = new Names("fleet.", "fleet-processor");
    private static final Set<AclBinding> ALL = AclsFile.read(ACLS).bindings(NAMES);

    @ParameterizedTest
    @ValueSource(strings = {"processor", "token-service", "operator", "commands-writer", "results-reader"})
    void whoHasAllTheRightsOfTheFileIsPassed(String principal) throws Exception {
        assertThat(check(principal, AdminResults.rights(ALL)).run())
                .isEqualTo(Finding.ok(principal + " has its " + own(principal).size() + " rights"));
    }

    @Test
    void whoLacksSomeIsToldWhich() throws Exception {
        Set<AclBinding> fewer = new HashSet<>(ALL);
        fewer.removeIf(right -> right.entry().principal().equals("User:processor")
                && right.pattern().name().equals("fleet.attempts"));
        int lost = ALL.size() - fewer.size();
        assertThat(lost).isPositive();

        Finding finding = check("processor", AdminResults.rights(fewer)).run();

        assertThat(finding.status()).isEqualTo(Status.FAILED);
        assertThat(finding.found())
                .startsWith("processor lacks " + lost + " of its rights, such as ")
                .contains("READ on fleet.attempts");
        assertThat(finding.advice()).isEqualTo("./fleet topics apply, as a super user, grants them");
    }

    @Test
    void theRightsOfOthersDoNotCount() throws Exception {
        Set<AclBinding> others = new HashSet<>(ALL);
        others.removeAll(own("operator"));

        assertThat(check("operator", AdminResults.rights(others)).run().found())
                .startsWith("operator lacks " + own("operator").size() + " of its rights");
        assertThat(check("processor", AdminResults.rights(others)).run().status())
                .isEqualTo(Status.OK);
    }

    @Test
    void whoIsNotInTheFileIsNamedWithWhoIs() throws Exception {
        Finding finding = check("procesor", AdminResults.rights(ALL)).run();

        assertThat(finding.status()).isEqualTo(Status.FAILED);
        assertThat(finding.found()).isEqualTo("the file of rights has no principal procesor");
        assertThat(finding.advice()).contains("operator", "processor", "token-service");
    }

    @Test
    void withoutAnAuthorizerThereIsNothingToLookAt() throws Exception {
        assertThat(check("processor", AdminResults.rights(AdminResults.failed(new SecurityDisabledException("none"))))
                        .run())
                .isEqualTo(Finding.skipped("the cluster checks no rights: it has no authorizer"));
    }

    @Test
    void aClientThatMayNotSeeTheRightsIsToldWhatItNeeds() throws Exception {
        assertThat(check("processor", AdminResults.rights(AdminResults.failed(new ClusterAuthorizationException("no"))))
                        .run())
                .isEqualTo(Finding.warning(
                        "this client may not see the rights",
                        "look with a super user, or grant DESCRIBE on the cluster"));
    }

    @Test
    void whoIsNotNamedIsNotLookedAt() throws Exception {
        assertThat(new RightsCheck(Optional.empty(), ACLS, NAMES, () -> {
                            throw new AssertionError("nobody is to be asked");
                        })
                        .run())
                .isEqualTo(Finding.skipped("no principal is named: --as NAME"));
    }

    private static Set<AclBinding> own(String principal) {
        return ALL.stream()
                .filter(right -> right.entry().principal().equals("User:" + principal))
                .collect(Collectors.toSet());
    }

    private static RightsCheck check(String principal, DescribeAclsResult rights) {
        return new RightsCheck(Optional.of(principal), ACLS, NAMES, () -> (Admin) Proxy.newProxyInstance(
                Admin.class.getClassLoader(),
                new Class<?>[] {Admin.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "describeAcls" -> rights;
                    case "close" -> null;
                    default -> throw new UnsupportedOperationException(method.getName());
                }));
    }
}
