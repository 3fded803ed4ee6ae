package dev.pharos.protocol.bundle;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a field of a part, or of what is in one, that a host must not ignore when it has a value (docs/adr/0007). Every
 * manifest of such a part names the field.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Critical {}
