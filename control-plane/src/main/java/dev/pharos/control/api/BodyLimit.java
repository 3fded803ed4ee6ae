package dev.pharos.control.api;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;
import tools.jackson.databind.json.JsonMapper;

/** No request of the REST API has a body of more than {@link #MAX_BYTES}; agents' requests are limited where they are checked. */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 1)
final class BodyLimit extends OncePerRequestFilter {
    static final int MAX_BYTES = 1 << 20;
    /** A client that is still sending when we close does not hear our answer; up to here it is listened to. */
    private static final int DRAIN_BYTES = 8 << 20;

    private final JsonMapper json;

    BodyLimit(JsonMapper json) {
        this.json = json;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return !request.getRequestURI().startsWith("/api/");
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (request.getContentLengthLong() <= MAX_BYTES) {
            chain.doFilter(new Limited(request), response);
            if (!request.isAsyncStarted()) {
                drain(request.getInputStream());
            }
            return;
        }
        drain(request.getInputStream());
        ProblemDocument.of(HttpStatus.CONTENT_TOO_LARGE, "too-large", tooLarge(), List.of())
                .write(response, json);
    }

    private static void drain(InputStream body) throws IOException {
        byte[] chunk = new byte[8192];
        int read = 0;
        int count = body.read(chunk);
        while (count >= 0 && read < DRAIN_BYTES) {
            read += count;
            count = body.read(chunk);
        }
    }

    private static String tooLarge() {
        return "a request has at most " + MAX_BYTES + " bytes";
    }

    /** Of a length that is not known before. */
    private static final class Limited extends HttpServletRequestWrapper {
        Limited(HttpServletRequest request) {
            super(request);
        }

        @Override
        public ServletInputStream getInputStream() throws IOException {
            return new Counted(super.getInputStream());
        }
    }

    private static final class Counted extends ServletInputStream {
        private final ServletInputStream body;
        private int read;

        Counted(ServletInputStream body) {
            this.body = body;
        }

        @Override
        public int read() throws IOException {
            int value = body.read();
            count(value < 0 ? 0 : 1);
            return value;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int count = body.read(target, offset, length);
            count(Math.max(count, 0));
            return count;
        }

        private void count(int bytes) throws IOException {
            read += bytes;
            if (read > MAX_BYTES) {
                drain(body);
                throw new Problem(HttpStatus.CONTENT_TOO_LARGE, "too-large", tooLarge());
            }
        }

        @Override
        public boolean isFinished() {
            return body.isFinished();
        }

        @Override
        public boolean isReady() {
            return body.isReady();
        }

        @Override
        public void setReadListener(ReadListener listener) {
            body.setReadListener(listener);
        }
    }
}
