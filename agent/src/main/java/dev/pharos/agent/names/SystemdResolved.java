package dev.pharos.agent.names;

import dev.pharos.agent.linux.Program;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * systemd-resolved, which sends the names of the network to us and no others. What it is told is bound to the device, and
 * goes with it whatever becomes of us.
 */
final class SystemdResolved implements HostResolver {
    static final String PROGRAM = "resolvectl";

    private String told = "";

    @Override
    public void set(Wish wish) throws IOException {
        if (!told.equals(wish.device())) {
            close();
        }
        ask("dns", wish.device(), wish.server().getHostAddress());
        List<String> domains = new ArrayList<>(List.of("domain", wish.device(), wish.zone()));
        wish.reverseZones().forEach(zone -> domains.add("~" + zone));
        ask(domains.toArray(String[]::new));
        ask("default-route", wish.device(), "false");
        ask("dnssec", wish.device(), "no");
        ask("dnsovertls", wish.device(), "no");
        ask("llmnr", wish.device(), "no");
        ask("mdns", wish.device(), "no");
        told = wish.device();
    }

    @Override
    public List<InetSocketAddress> upstreams() {
        return List.of();
    }

    @Override
    public void close() throws IOException {
        if (!told.isEmpty()) {
            String device = told;
            told = "";
            ask("revert", device);
        }
    }

    private static void ask(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(PROGRAM));
        command.addAll(List.of(arguments));
        Program.run(command, "");
    }
}
