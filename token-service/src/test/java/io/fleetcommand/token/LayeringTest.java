package io.fleetcommand.token;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Dependencies point inward, and each external library is confined to one package. */
@AnalyzeClasses(packages = "io.fleetcommand.token", importOptions = DoNotIncludeTests.class)
class LayeringTest {
    @ArchTest
    static final ArchRule rotationNeedsJavaAlone = classes()
            .that()
            .resideInAPackage("..token.rotation..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("java..", "io.fleetcommand.service..", "io.fleetcommand.token.rotation..");

    @ArchTest
    static final ArchRule siblingsDoNotKnowEachOther = slices().matching("io.fleetcommand.token.(cloud|state|api)..")
            .should()
            .notDependOnEachOther();

    @ArchTest
    static final ArchRule theRotatorKnowsNoAdapter = noClasses()
            .that()
            .resideInAnyPackage("..token.rotator..", "..token.rotation..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "..token.cloud..", "..token.state..", "..token.api..", "org.eclipse.jetty..", "okhttp3..");

    @ArchTest
    static final ArchRule kafkaLivesInState = noClasses()
            .that()
            .resideOutsideOfPackages("..token.state..", "io.fleetcommand.token")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.kafka..");

    @ArchTest
    static final ArchRule onlyTheAppMakesThreads = noClasses()
            .that()
            .doNotHaveSimpleName("TokenServiceApp")
            .and()
            .doNotHaveSimpleName("Main")
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.util.concurrent.Executors")
            .orShould()
            .callConstructor(Thread.class, Runnable.class, String.class);
}
