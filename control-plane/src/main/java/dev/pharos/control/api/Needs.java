package dev.pharos.control.api;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The least role that may make a call, or all calls of a controller, where it is not the usual one: reading takes an
 * {@link Role#AUDITOR auditor}, anything else an {@link Role#ADMIN admin}.
 */
@Target({ElementType.METHOD, ElementType.TYPE})
@Retention(RetentionPolicy.RUNTIME)
public @interface Needs {
    Role value();
}
