package io.fleetcommand.processor;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/**
 * Dependencies point inward, and each third-party library is confined to one package. Think hard before changing this
 * file.
 */
@AnalyzeClasses(packages = "io.fleetcommand.processor", importOptions = DoNotIncludeTests.class)
class LayeringTest {
    @ArchTest
    static final ArchRule coreNeedsJavaAlone = classes()
            .that()
            .resideInAPackage("..processor.core..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("java..", "io.fleetcommand.processor.core..");

    @ArchTest
    static final ArchRule campaignsAreMadeOfRequestsAndJudgedByThePolicy = classes()
            .that()
            .resideInAPackage("..processor.core.campaign..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "java..", "..processor.core.campaign..", "..processor.core.request..", "..processor.core.policy..");

    @ArchTest
    static final ArchRule siblingsDoNotKnowEachOther = slices().matching(
                    "io.fleetcommand.processor.(streams|journal|scheduling|dispatch|cloud|token|ops|policy|quota|replies|inventory)..")
            .should()
            .notDependOnEachOther();

    @ArchTest
    static final ArchRule noPackageNeedsOneThatNeedsIt =
            slices().matching("io.fleetcommand.processor.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule kafkaStreamsLivesInStreams = noClasses()
            .that()
            .resideOutsideOfPackage("..processor.streams..")
            .and()
            .doNotHaveSimpleName("KafkaClientConfigs")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.kafka.streams..");

    @ArchTest
    static final ArchRule okHttpLivesInCloudAndToken = noClasses()
            .that()
            .resideOutsideOfPackages("..processor.cloud..", "..processor.token..", "io.fleetcommand.processor")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("okhttp3..");

    @ArchTest
    static final ArchRule tracingLivesInOpsAndOnTheCall = noClasses()
            .that()
            .resideOutsideOfPackages("..processor.ops..", "..processor.cloud..", "io.fleetcommand.processor")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.opentelemetry..");

    @ArchTest
    static final ArchRule metersLiveInOps = noClasses()
            .that()
            .resideOutsideOfPackages("..processor.ops..", "io.fleetcommand.processor")
            .and()
            .doNotHaveSimpleName("StreamsRunner")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.micrometer..");

    @ArchTest
    static final ArchRule avroLivesInTheCodecsAndTheStore = noClasses()
            .that()
            .resideOutsideOfPackage("..processor.stored..")
            .and()
            .haveNameNotMatching(
                    ".*\\.(streams\\.codec\\.(JournalCodec|RequestCodec|ResultCodec|FailedRequestCodec|AuditCodec|"
                            + "LedgerEntrySerde|StoredSerde)|quota\\.QuotaMessageCodec|replies\\.NoteCodec)")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.avro..", "io.fleetcommand.processor.stored..");

    @ArchTest
    static final ArchRule onlyTheAppMakesThreads = noClasses()
            .that()
            .doNotHaveSimpleName("ProcessorThreads")
            .and()
            .doNotHaveSimpleName("Main")
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.util.concurrent.Executors")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.lang.Thread$Builder");

    @ArchTest
    static final ArchRule nobodyReadsTheClockInPlace = noClasses()
            .that()
            .doNotHaveSimpleName("ProcessorApp")
            .should()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(java.time.Instant.class, "now");
}
