package dev.pharos.control.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Whom PostgreSQL runs as; it refuses to run as root. Not root: as ourselves. Root: as the dedicated system user
 * {@value #NAME}, entered with {@code setpriv} (in Debian's essential util-linux; unlike {@code su} it starts no PAM
 * session). Where that user can neither be found nor made, as in a user namespace, or cannot reach the directory, in a
 * nested user namespace where root's own id is unmapped and has no privileges.
 *
 * @param prefix the words put before each of PostgreSQL's commands
 * @param owner the numeric user and group that must own what PostgreSQL writes, when it is not ourselves
 */
record Account(List<String> prefix, Optional<Owner> owner) {
    static final String NAME = "pharos-postgres";

    record Owner(int user, int group) {}

    private static final Account OURSELVES = new Account(List.of(), Optional.empty());
    private static final Account UNMAPPED = new Account(List.of("unshare", "--user"), Optional.empty());

    static Account toReach(Path directory) throws IOException {
        if (!"0".equals(Commands.output("id", "-u"))) {
            return OURSELVES;
        }
        Optional<Owner> owner = dedicated();
        if (owner.isEmpty()) {
            return UNMAPPED;
        }
        Account account = entering(owner.get());
        if (!Commands.succeeds(account.command("true"))) {
            return UNMAPPED;
        }
        openTo(owner.get(), directory);
        return Commands.succeeds(account.command("test", "-x", directory.toString())) ? account : UNMAPPED;
    }

    List<String> command(String... words) {
        return command(List.of(words));
    }

    List<String> command(List<String> words) {
        List<String> all = new ArrayList<>(prefix);
        all.addAll(words);
        return all;
    }

    /** Makes {@code path} belong to this account. */
    void own(Path path) throws IOException {
        if (owner.isPresent()) {
            Files.setAttribute(path, "unix:uid", owner.get().user());
            Files.setAttribute(path, "unix:gid", owner.get().group());
        }
    }

    private static Account entering(Owner owner) {
        return new Account(
                List.of(
                        "setpriv",
                        "--reuid=" + owner.user(),
                        "--regid=" + owner.group(),
                        "--clear-groups",
                        "--no-new-privs",
                        "--inh-caps=-all",
                        "--bounding-set=-all"),
                Optional.of(owner));
    }

    private static Optional<Owner> dedicated() throws IOException {
        if (!Commands.succeeds(List.of("id", "-u", NAME))) {
            List<String> add = List.of(
                    "useradd",
                    "--system",
                    "--user-group",
                    "--no-create-home",
                    "--home-dir",
                    "/nonexistent",
                    "--shell",
                    "/usr/sbin/nologin",
                    NAME);
            if (!Commands.succeeds(add)) {
                return Optional.empty();
            }
        }
        return Optional.of(new Owner(
                Integer.parseInt(Commands.output("id", "-u", NAME)),
                Integer.parseInt(Commands.output("id", "-g", NAME))));
    }

    /** The data directory stays ours; the group of the account may pass through it, and no more. */
    private static void openTo(Owner owner, Path directory) throws IOException {
        Files.setAttribute(directory, "unix:gid", owner.group());
        Files.setAttribute(directory, "unix:mode", 0710);
    }
}
