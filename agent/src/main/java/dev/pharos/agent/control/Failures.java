package dev.pharos.agent.control;

import dev.pharos.agent.control.PinnedKeys.WrongKeyException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.util.Optional;
import javax.net.ssl.SSLException;

/** What went wrong between this host and a server, in a few words for a person. */
final class Failures {
    private Failures() {}

    static String describe(Throwable failure) {
        Optional<WrongKeyException> wrongKey = cause(failure, WrongKeyException.class);
        if (wrongKey.isPresent()) {
            return String.valueOf(wrongKey.get().getMessage());
        }
        if (cause(failure, UnresolvedAddressException.class).isPresent()
                || cause(failure, UnknownHostException.class).isPresent()) {
            return "its name is not known here";
        }
        if (failure instanceof HttpTimeoutException) {
            return "no answer";
        }
        if (failure instanceof ConnectException) {
            return "no connection";
        }
        if (failure instanceof SSLException) {
            return "no TLS connection: " + failure.getMessage();
        }
        String message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : message;
    }

    /** Whether something else than the pinned control plane answered. */
    static boolean isWrongKey(Throwable failure) {
        return cause(failure, WrongKeyException.class).isPresent();
    }

    private static <T extends Throwable> Optional<T> cause(Throwable failure, Class<T> type) {
        for (Throwable one = failure; one != null; one = one.getCause()) {
            if (type.isInstance(one)) {
                return Optional.of(type.cast(one));
            }
        }
        return Optional.empty();
    }
}
