package dev.pharos.lab.net;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A resolv.conf for programs of one machine of the lab, which otherwise see that of the machine the lab runs on. */
public record ResolverFile(Path file) {
    private static final String MOUNT = "mount --bind \"$0\" /etc/resolv.conf && exec \"$@\"";

    /** The command as it has to be run in a namespace, which has mounts of its own, to see the file. */
    public List<String> around(List<String> command) {
        List<String> whole = new ArrayList<>(List.of("sh", "-c", MOUNT, file.toString()));
        whole.addAll(command);
        return whole;
    }
}
