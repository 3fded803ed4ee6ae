package dev.pharos.control.access;

import dev.pharos.control.api.Problem;
import java.util.concurrent.Semaphore;
import org.springframework.security.crypto.argon2.Argon2PasswordEncoder;
import org.springframework.stereotype.Component;

/**
 * Passwords as Argon2id (RFC 9106) with 16 MiB and two passes. At most two are worked on at a time, so that strangers who
 * guess can use up neither the memory nor the processors of the node.
 */
@Component
class Passwords {
    private static final int SHORTEST = 12;
    private static final int LONGEST = 200;

    private final Argon2PasswordEncoder argon2 = Argon2PasswordEncoder.defaultsForSpringSecurity_v5_8();
    private final Semaphore atOnce = new Semaphore(2);

    /** What a guess is compared with where there is nobody of that name: the answer takes as long. */
    private final String nobody = argon2.encode(Secret.generate("").text());

    /** @throws Problem when the password is too short or too long */
    String hash(String password) {
        if (password.length() < SHORTEST || password.length() > LONGEST) {
            throw Problem.field("password", "must have " + SHORTEST + " to " + LONGEST + " characters");
        }
        atOnce.acquireUninterruptibly();
        try {
            return argon2.encode(password);
        } finally {
            atOnce.release();
        }
    }

    boolean matches(String password, String hash) {
        if (password.length() > LONGEST) {
            return false;
        }
        atOnce.acquireUninterruptibly();
        try {
            return argon2.matches(password, hash);
        } finally {
            atOnce.release();
        }
    }

    /** Takes as long as {@link #matches}, and is never true. */
    boolean matchesNobody(String password) {
        var _ = matches(password, nobody);
        return false;
    }
}
