package dev.pharos.control.delivery;

import jakarta.persistence.EntityManagerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.orm.jpa.JpaTransactionManager;

@Configuration(proxyBeanMethods = false)
class DeliveryConfiguration {
    @Bean
    Commits transactionManager(EntityManagerFactory entities) {
        return new Commits(new JpaTransactionManager(entities));
    }
}
