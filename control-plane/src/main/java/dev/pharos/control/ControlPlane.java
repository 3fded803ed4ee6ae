package dev.pharos.control;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.scheduling.annotation.EnableScheduling;

/** The server that owns the authorities, issues certificates and delivers signed bundles to the agents. */
@SpringBootApplication
@ConfigurationPropertiesScan
@EnableScheduling
public class ControlPlane {
    public static void main(String[] arguments) {
        SpringApplication.run(ControlPlane.class, arguments);
    }
}
