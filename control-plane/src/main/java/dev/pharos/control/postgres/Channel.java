package dev.pharos.control.postgres;

/** What nodes notify each other of, each by the name of a PostgreSQL channel. */
public final class Channel {
    /** The id of a network whose bundles have been compiled. */
    public static final String BUNDLES = "pharos_bundle";

    /** The id of a network and that of one of its hosts, which does something else than before; a space between them. */
    public static final String HOSTS = "pharos_host";

    private Channel() {}
}
