package dev.pharos.agent.forwarding;

import dev.pharos.agent.AgentException;
import dev.pharos.agent.control.StateFile;
import dev.pharos.agent.log.EventLog;
import dev.pharos.protocol.VpnPrefix;
import dev.pharos.protocol.bundle.OwnPart.Forwarding;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes this machine a router of subnets: turns on forwarding, and masquerades where that is wanted, in an nftables table
 * of its own. When it is none any more, or ends, the table is gone and what the kernel was told is as it was before; one
 * that was killed leaves a record, by which the next one does that first.
 */
public final class SubnetRouter implements AutoCloseable {
    private static final Path SETTINGS = Path.of("/proc/sys/net");

    private final KernelSwitches kernel;
    private final StateFile<ForwardingRecord> file;
    private final EventLog log;
    private ForwardingRecord record = ForwardingRecord.NOTHING;
    private volatile List<String> unmet = List.of();

    /** Puts back first what an earlier life has left. */
    public SubnetRouter(StateFile<ForwardingRecord> file, EventLog log) {
        this(file, log, SETTINGS);
    }

    SubnetRouter(StateFile<ForwardingRecord> file, EventLog log, Path settings) {
        this.file = file;
        this.log = log;
        this.kernel = new KernelSwitches(settings);
        try {
            record = file.read().orElse(ForwardingRecord.NOTHING);
        } catch (AgentException e) {
            log.error("what an earlier life of this agent changed is not known", "why", e.getMessage());
        }
        close();
    }

    /**
     * Forwards to these subnets and no others.
     *
     * @param device of the overlay
     * @param overlay its networks
     */
    public synchronized void apply(List<Forwarding> subnets, String device, Collection<VpnPrefix> overlay) {
        if (subnets.isEmpty()) {
            close();
            return;
        }
        List<String> failures = new ArrayList<>();
        try {
            forward(subnets);
        } catch (IOException | AgentException e) {
            failures.add("packets are not forwarded to " + ranges(subnets) + ": " + e.getMessage());
        }
        try {
            masquerade(subnets, device, overlay);
        } catch (IOException | AgentException e) {
            String advice = NatTable.isPossible() ? "" : "; install the package nftables, and restart the agent";
            failures.add("packets are not masqueraded: " + e.getMessage() + advice);
        }
        failures.forEach(failure -> log.error("this machine is no full router", "why", failure));
        if (failures.isEmpty()) {
            log.info("forwarding", "subnets", subnets);
        }
        unmet = List.copyOf(failures);
    }

    /** What was asked of this machine and does not work, in words. */
    public List<String> unmet() {
        return unmet;
    }

    /** The record is on the disk before anything changes: there is no moment at which nobody knows how it was. */
    private void forward(List<Forwarding> subnets) throws IOException, AgentException {
        Map<String, String> needed = kernel.needed(
                subnets.stream().anyMatch(each -> each.subnet().address().isV4()),
                subnets.stream().anyMatch(each -> !each.subnet().address().isV4()));
        Map<String, String> before = new LinkedHashMap<>(record.settings());
        for (String file : needed.keySet()) {
            before.putIfAbsent(file, kernel.read(file));
        }
        keep(new ForwardingRecord(record.boot(), record.table(), before));
        for (Map.Entry<String, String> each : needed.entrySet()) {
            kernel.write(each.getKey(), each.getValue());
        }
    }

    private void masquerade(List<Forwarding> subnets, String device, Collection<VpnPrefix> overlay)
            throws IOException, AgentException {
        List<VpnPrefix> masqueraded = subnets.stream()
                .filter(Forwarding::masquerade)
                .map(Forwarding::subnet)
                .toList();
        NatTable table = NatTable.of(device);
        if (!record.table().isEmpty()
                && (masqueraded.isEmpty() || !record.table().equals(table.name()))) {
            new NatTable(record.table()).remove();
            keep(new ForwardingRecord(record.boot(), "", record.settings()));
        }
        if (!masqueraded.isEmpty()) {
            keep(new ForwardingRecord(record.boot(), table.name(), record.settings()));
            table.set(overlay, masqueraded);
        }
    }

    private void keep(ForwardingRecord next) throws AgentException {
        ForwardingRecord marked = new ForwardingRecord(ForwardingRecord.currentBoot(), next.table(), next.settings());
        if (!marked.equals(record)) {
            file.write(marked);
            record = marked;
        }
    }

    /** Puts everything back as it was. */
    @Override
    public synchronized void close() {
        unmet = List.of();
        if (record.isEmpty()) {
            return;
        }
        try {
            if (record.boot().equals(ForwardingRecord.currentBoot())) {
                restore();
            }
            file.delete();
            record = ForwardingRecord.NOTHING;
        } catch (IOException | AgentException e) {
            log.error("not put back as it was", "why", e.getMessage(), "record", record);
        }
    }

    private void restore() throws IOException {
        if (!record.table().isEmpty()) {
            new NatTable(record.table()).remove();
        }
        List<String> files = new ArrayList<>(record.settings().keySet());
        for (String file : files.reversed()) {
            kernel.write(file, String.valueOf(record.settings().get(file)));
        }
        log.info("no longer forwarding");
    }

    private static String ranges(List<Forwarding> subnets) {
        return String.join(
                ", ", subnets.stream().map(each -> each.subnet().toString()).toList());
    }
}
