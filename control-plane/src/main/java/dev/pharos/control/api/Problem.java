package dev.pharos.control.api;

import java.util.List;
import org.springframework.http.HttpStatus;

/**
 * A request that cannot be answered as asked; becomes a problem document (RFC 9457). The type is
 * {@code urn:pharos:problem:} and the slug.
 */
public final class Problem extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Which field of the request is wrong, and how. */
    public record FieldError(String field, String message) {}

    private final HttpStatus status;
    private final String slug;
    private final transient List<FieldError> errors;

    public Problem(HttpStatus status, String slug, String detail) {
        this(status, slug, detail, List.of());
    }

    /** A problem of its own kind that one field has. */
    public Problem(HttpStatus status, String slug, String detail, String field) {
        this(status, slug, detail, List.of(new FieldError(field, detail)));
    }

    private Problem(HttpStatus status, String slug, String detail, List<FieldError> errors) {
        super(detail, null, false, false);
        this.status = status;
        this.slug = slug;
        this.errors = errors;
    }

    public static Problem invalid(List<FieldError> errors) {
        String detail = errors.size() == 1
                ? errors.getFirst().field() + " " + errors.getFirst().message()
                : errors.size() + " fields are not valid";
        return new Problem(HttpStatus.UNPROCESSABLE_CONTENT, "invalid", detail, errors);
    }

    public static Problem field(String field, String message) {
        return invalid(List.of(new FieldError(field, message)));
    }

    /** A value of {@code field} that something else already has. */
    public static Problem taken(String field, String message) {
        return new Problem(
                HttpStatus.CONFLICT, "taken", field + " " + message, List.of(new FieldError(field, message)));
    }

    public static Problem blocked(String hostName) {
        return new Problem(HttpStatus.FORBIDDEN, "host-blocked", "the host " + hostName + " is blocked");
    }

    public static Problem notFound(String what) {
        return new Problem(HttpStatus.NOT_FOUND, "not-found", "there is no " + what);
    }

    public HttpStatus status() {
        return status;
    }

    public String slug() {
        return slug;
    }

    public List<FieldError> errors() {
        return errors;
    }
}
