package dev.pharos.lab;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The direction of dependencies between the rooms: in the poms, and in the classes of this room. */
class HouseTests {
    private static final Pattern OURS = Pattern.compile(
            "<dependency>\\s*<groupId>dev\\.pharos</groupId>\\s*<artifactId>pharos-([a-z-]+)</artifactId>");

    @Test
    void theLabUsesBuiltArtefactsAndNoClassOfAnotherRoom() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.pharos.protocol..", "dev.pharos.agent..", "dev.pharos.control..")
                .check(new ClassFileImporter().importPackages("dev.pharos.lab"));
    }

    @Test
    void everyArrowBetweenTheRoomsPointsTheAllowedWay() throws Exception {
        assertThat(arrowsFrom("protocol")).isEmpty();
        assertThat(arrowsFrom("agent")).containsOnly("protocol");
        assertThat(arrowsFrom("control-plane")).isSubsetOf("protocol", "web-ui");
        assertThat(arrowsFrom("lab")).isEmpty();
    }

    @Test
    void theLabIsBuiltLastBecauseItRunsWhatTheOthersBuild() throws Exception {
        String parent = Files.readString(Path.of("..", "pom.xml"));

        assertThat(parent).containsPattern("<module>lab</module>\\s*</modules>");
    }

    private static Set<String> arrowsFrom(String room) throws Exception {
        String pom = Files.readString(Path.of("..", room, "pom.xml"));
        Set<String> rooms = new TreeSet<>();
        OURS.matcher(pom).results().map((MatchResult found) -> found.group(1)).forEach(rooms::add);
        return rooms;
    }
}
