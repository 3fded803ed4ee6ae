package dev.pharos.control.access;

import dev.pharos.control.api.Caller;
import dev.pharos.control.api.Needs;
import dev.pharos.control.api.Problem;
import dev.pharos.control.api.Role;
import dev.pharos.control.audit.Audit;
import io.swagger.v3.oas.models.Operation;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.customizers.OperationCustomizer;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * Lets a call through to its controller when the caller's role covers what the call {@link Needs}; a refusal is recorded.
 * Every operation of the OpenAPI document names that role as {@code x-role}. Calls without a caller never come here,
 * except for the few that need none.
 */
@Component
class RoleGate implements HandlerInterceptor, WebMvcConfigurer, OperationCustomizer {
    private final Audit audit;

    RoleGate(Audit audit) {
        this.audit = audit;
    }

    @Override
    public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(this).addPathPatterns("/api/**");
    }

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        if (handler instanceof HandlerMethod method) {
            Role needed = neededFor(method);
            Caller.current()
                    .filter(caller -> !caller.role().covers(needed))
                    .ifPresent(caller -> refuse(caller, needed, request));
        }
        return true;
    }

    @Override
    public Operation customize(Operation operation, HandlerMethod method) {
        operation.addExtension("x-role", neededFor(method).word());
        return operation;
    }

    private void refuse(Caller caller, Role needed, HttpServletRequest request) {
        audit.refused(request.getMethod(), request.getRequestURI());
        throw new Problem(
                HttpStatus.FORBIDDEN,
                "role",
                "this takes the role " + needed.word() + ", and " + caller.label() + " is "
                        + caller.role().word());
    }

    private static Role neededFor(HandlerMethod method) {
        @Nullable Needs onMethod = method.getMethodAnnotation(Needs.class);
        if (onMethod != null) {
            return onMethod.value();
        }
        @Nullable Needs onType = AnnotatedElementUtils.findMergedAnnotation(method.getBeanType(), Needs.class);
        if (onType != null) {
            return onType.value();
        }
        @Nullable
        RequestMapping mapping = AnnotatedElementUtils.findMergedAnnotation(method.getMethod(), RequestMapping.class);
        boolean reads = mapping != null && mapping.method().length == 1 && mapping.method()[0] == RequestMethod.GET;
        return reads ? Role.AUDITOR : Role.ADMIN;
    }
}
