package dev.pharos.agent;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.GroupLayout;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.time.Clock;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** The house rules of this room: its core is sans-IO, and no arrow leads to another room but protocol. */
class HouseTests {
    private static final String[] CORE = {"dev.pharos.agent.mesh..", "dev.pharos.agent.firewall.."};

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.pharos.agent");

    @Test
    void theAgentDependsOnNoOtherRoomButProtocol() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.pharos.control..", "dev.pharos.lab..")
                .check(CLASSES);
    }

    @Test
    void theCoreTouchesNoSocket() {
        noClasses()
                .that()
                .resideInAnyPackage(CORE)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.nio.channels..", "java.nio.file..", "io.netty..", "dev.pharos.agent.linux..")
                .orShould()
                .dependOnClassesThat(describe(
                        "are sockets",
                        type -> type.getName().startsWith("java.net.")
                                && type.getName().endsWith("Socket")))
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    @Test
    void theCoreReadsNoClockAndStartsNoThread() {
        noClasses()
                .that()
                .resideInAnyPackage(CORE)
                .should()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(Instant.class, "now")
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Clock.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Thread.class)
                .check(CLASSES);
    }

    /** What differs from one machine to another, layouts, constants and calling conventions, is in one package. */
    @Test
    void onlyOnePackageCallsTheSystem() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.pharos.agent.linux..")
                .should()
                .dependOnClassesThat()
                .areAssignableTo(Linker.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(SymbolLookup.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(FunctionDescriptor.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(GroupLayout.class)
                .check(CLASSES);
    }
}
