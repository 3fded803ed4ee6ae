package dev.pharos.control;

import org.junit.jupiter.api.Test;
import org.springframework.modulith.core.ApplicationModules;

class ModulesTests {
    @Test
    void featuresUseOnlyWhatOthersPublishAndNeverInACircle() {
        ApplicationModules.of(ControlPlane.class).verify();
    }
}
