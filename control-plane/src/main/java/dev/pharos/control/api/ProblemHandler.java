package dev.pharos.control.api;

import dev.pharos.control.api.Problem.FieldError;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.jetty.http.HttpException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.orm.ObjectOptimisticLockingFailureException;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.MethodArgumentNotValidException;
import org.springframework.web.bind.MissingServletRequestParameterException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.async.AsyncRequestNotUsableException;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import tools.jackson.core.JacksonException;

/** Turns whatever goes wrong in a controller into a problem document. */
@RestControllerAdvice
class ProblemHandler {
    private static final Logger log = LoggerFactory.getLogger(ProblemHandler.class);

    /** The SQL states with which PostgreSQL refuses U+0000 in a text and in JSON. */
    private static final Set<String> NO_TEXT = Set.of("22021", "22P05");

    @ExceptionHandler
    ResponseEntity<ProblemDocument> problem(Problem problem) {
        return answer(ProblemDocument.of(problem));
    }

    @ExceptionHandler
    ResponseEntity<ProblemDocument> invalid(MethodArgumentNotValidException e) {
        return problem(Problem.invalid(e.getFieldErrors().stream()
                .map(error -> new FieldError(
                        error.getField(),
                        error.isBindingFailure()
                                ? "is not of the right type"
                                : String.valueOf(error.getDefaultMessage())))
                .toList()));
    }

    @ExceptionHandler
    ResponseEntity<ProblemDocument> mismatch(MethodArgumentTypeMismatchException e) {
        return problem(Problem.field(e.getName(), "is not of the right type"));
    }

    @ExceptionHandler
    ResponseEntity<ProblemDocument> missing(MissingServletRequestParameterException e) {
        return problem(Problem.field(e.getParameterName(), "must be there"));
    }

    @ExceptionHandler
    ResponseEntity<ProblemDocument> unreadable(HttpMessageNotReadableException e) {
        if (NestedExceptionUtils.getRootCause(e) instanceof Problem problem) {
            return problem(problem);
        }
        if (e.getCause() instanceof JacksonException wrong && !wrong.getPath().isEmpty()) {
            String field = wrong.getPath().stream().map(ProblemHandler::step).collect(Collectors.joining("."));
            return problem(Problem.field(field.replace(".[", "["), "does not have the right form"));
        }
        return answer(ProblemDocument.of(
                HttpStatus.BAD_REQUEST, "unreadable", "the body is not the JSON expected", List.of()));
    }

    @ExceptionHandler
    ResponseEntity<ProblemDocument> stale(ObjectOptimisticLockingFailureException e) {
        return problem(new Problem(
                HttpStatus.PRECONDITION_FAILED, "stale", "the resource has changed since it was read; read it again"));
    }

    /** Agents that are stopped leave their poll behind; nobody is left to answer. */
    @ExceptionHandler
    void gone(AsyncRequestNotUsableException e) {
        log.debug("The client of request {} is gone", RequestId.current(), e);
    }

    @ExceptionHandler
    ResponseEntity<ProblemDocument> other(Exception e) {
        if (NestedExceptionUtils.getRootCause(e) instanceof Problem problem) {
            return problem(problem);
        }
        if (NestedExceptionUtils.getRootCause(e) instanceof SQLException sql
                && NO_TEXT.contains(String.valueOf(sql.getSQLState()))) {
            return answer(ProblemDocument.of(
                    HttpStatus.UNPROCESSABLE_CONTENT,
                    "invalid",
                    "no text may contain the character U+0000",
                    List.of()));
        }
        if (e instanceof HttpException unparsed && unparsed.getCode() < 500) {
            return answer(ProblemDocument.of(
                    HttpStatus.BAD_REQUEST, "request", "the query is not one that can be read", List.of()));
        }
        if (e instanceof ErrorResponse known) {
            HttpStatus status = HttpStatus.valueOf(known.getStatusCode().value());
            String detail = String.valueOf(known.getBody().getDetail());
            return ResponseEntity.status(status)
                    .headers(known.getHeaders())
                    .contentType(MediaType.parseMediaType(ProblemDocument.MEDIA_TYPE))
                    .body(ProblemDocument.of(status, "request", detail, List.of()));
        }
        log.error("Request {} failed", RequestId.current(), e);
        return answer(ProblemDocument.of(
                HttpStatus.INTERNAL_SERVER_ERROR, "internal", "the request failed; the log names it", List.of()));
    }

    private static String step(JacksonException.Reference step) {
        return step.getPropertyName() != null ? step.getPropertyName() : "[" + step.getIndex() + "]";
    }

    private static ResponseEntity<ProblemDocument> answer(ProblemDocument document) {
        return ResponseEntity.status(document.status())
                .contentType(MediaType.parseMediaType(ProblemDocument.MEDIA_TYPE))
                .body(document);
    }
}
