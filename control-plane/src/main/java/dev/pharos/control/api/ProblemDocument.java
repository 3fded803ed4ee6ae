package dev.pharos.control.api;

import dev.pharos.control.api.Problem.FieldError;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import org.springframework.http.HttpStatus;
import tools.jackson.databind.json.JsonMapper;

/** What a client sees of a problem (RFC 9457), with the id under which our log speaks of the request. */
@Schema(name = "Problem")
public record ProblemDocument(
        String type, String title, int status, String detail, String requestId, List<FieldError> errors) {
    static final String MEDIA_TYPE = "application/problem+json";

    public static ProblemDocument of(HttpStatus status, String slug, String detail, List<FieldError> errors) {
        return new ProblemDocument(
                "urn:pharos:problem:" + slug,
                status.getReasonPhrase(),
                status.value(),
                detail,
                RequestId.current(),
                errors);
    }

    public static ProblemDocument of(Problem problem) {
        return of(problem.status(), problem.slug(), String.valueOf(problem.getMessage()), problem.errors());
    }

    /** For filters, which answer before any controller. */
    public void write(HttpServletResponse response, JsonMapper json) throws IOException {
        response.setStatus(status);
        response.setContentType(MEDIA_TYPE);
        response.getOutputStream().write(json.writeValueAsBytes(this));
    }
}
