package dev.pharos.agent.names;

import dev.pharos.agent.names.Message.Reply;
import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.VpnPrefix;
import dev.pharos.protocol.bundle.DnsRecord;
import dev.pharos.protocol.bundle.NamesPart;
import dev.pharos.protocol.bundle.RecordType;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.dns.DefaultDnsRawRecord;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponseCode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What there is to say of a network's names: its hosts, its records, and hosts by their addresses. Immutable. A name that
 * has nothing of the type asked for is no error (RFC 2308 section 2.2); one that nobody has is NXDOMAIN.
 */
final class OverlayZone {
    /** Hosts move and are renamed; a bundle brings that within a second. */
    private static final int HOST_TTL = 60;

    private static final int NEGATIVE_TTL = 10;

    /** Of one character string in a TXT record (RFC 1035 section 3.3). */
    private static final int MAX_STRING = 255;

    /** Names that lead to names, before somebody is told that there is no end to it. */
    private static final int MAX_ALIASES = 8;

    private final String zone;
    private final List<VpnPrefix> networks;
    private final Map<String, List<VpnAddress>> hosts = new HashMap<>();
    private final Map<String, List<DnsRecord>> records = new HashMap<>();
    private final Map<VpnAddress, String> names = new HashMap<>();

    /** Every name that has something, and those above it, which exist although they have nothing (RFC 8020). */
    private final Set<String> existing = new HashSet<>();

    /** @param networks whose addresses have names too */
    OverlayZone(String zone, NamesPart part, Collection<VpnPrefix> networks) {
        this.zone = DomainName.normal(zone);
        this.networks = List.copyOf(networks);
        exists(this.zone);
        part.hosts().forEach(host -> {
            String name = host.name().toLowerCase(Locale.ROOT) + "." + this.zone;
            if (DnsRecord.isName(host.name()) && hosts.putIfAbsent(name, host.addresses()) == null) {
                exists(name);
                host.addresses().forEach(address -> names.putIfAbsent(address, name));
            }
        });
        part.records().forEach(record -> {
            String name = record.name() + "." + this.zone;
            records.computeIfAbsent(name, _ -> new ArrayList<>()).add(record);
            exists(name);
        });
    }

    private void exists(String name) {
        String above = name;
        while (existing.add(above) && above.length() > zone.length()) {
            above = above.substring(above.indexOf('.') + 1);
        }
    }

    /** {@code home.internal}. */
    String name() {
        return zone;
    }

    /** The zones of the addresses, as far as they can be told apart from those of others. */
    List<String> reverseZones() {
        return networks.stream().map(DomainName::reverseZone).distinct().toList();
    }

    /** Whether it is for this zone to say something about the name. */
    boolean holds(String name) {
        return DomainName.isIn(name, zone)
                || DomainName.reversed(name)
                        .filter(address -> networks.stream().anyMatch(network -> network.contains(address)))
                        .isPresent();
    }

    /** @param name one that it {@link #holds} */
    Reply answer(String name, DnsRecordType type) {
        List<io.netty.handler.codec.dns.DnsRecord> answers = new ArrayList<>();
        String at = name;
        for (int aliases = 0; aliases < MAX_ALIASES; aliases++) {
            Optional<String> target = alias(at);
            if (target.isEmpty() || type.equals(DnsRecordType.CNAME)) {
                break;
            }
            answers.add(raw(at, DnsRecordType.CNAME, ttl(at), DomainName.encode(target.get())));
            at = target.get();
        }
        answers.addAll(found(at, type));
        boolean known = existing.contains(at)
                || DomainName.reversed(at).map(names::containsKey).orElse(false);
        boolean nothing = answers.isEmpty()
                || (answers.getLast().type().equals(DnsRecordType.CNAME) && !type.equals(DnsRecordType.CNAME));
        return new Reply(
                known ? DnsResponseCode.NOERROR : DnsResponseCode.NXDOMAIN,
                answers,
                nothing ? List.of(startOfAuthority()) : List.of());
    }

    private List<io.netty.handler.codec.dns.DnsRecord> found(String name, DnsRecordType type) {
        List<io.netty.handler.codec.dns.DnsRecord> found = new ArrayList<>();
        boolean v4 = type.equals(DnsRecordType.A);
        if (v4 || type.equals(DnsRecordType.AAAA)) {
            hosts.getOrDefault(name, List.of()).stream()
                    .filter(address -> address.isV4() == v4)
                    .forEach(
                            address -> found.add(raw(name, type, HOST_TTL, Unpooled.wrappedBuffer(address.toBytes()))));
        } else if (type.equals(DnsRecordType.PTR)) {
            DomainName.reversed(name)
                    .map(names::get)
                    .ifPresent(host -> found.add(raw(name, type, HOST_TTL, DomainName.encode(host))));
        } else if (type.equals(DnsRecordType.SOA) && name.equals(zone)) {
            found.add(startOfAuthority());
        }
        if (!hosts.containsKey(name) || type.equals(DnsRecordType.TXT)) {
            records.getOrDefault(name, List.of()).stream()
                    .filter(record -> record.type().name().equals(type.name()))
                    .forEach(record -> record.data()
                            .forEach(data -> found.add(raw(name, type, record.ttl(), content(record, data)))));
        }
        return found;
    }

    private Optional<String> alias(String name) {
        return hosts.containsKey(name)
                ? Optional.empty()
                : records.getOrDefault(name, List.of()).stream()
                        .filter(record -> record.type() == RecordType.CNAME)
                        .map(record -> target(record.data().getFirst()))
                        .findFirst();
    }

    private String target(String name) {
        return name.toLowerCase(Locale.ROOT) + "." + zone;
    }

    private int ttl(String name) {
        return records.getOrDefault(name, List.of()).stream()
                .mapToInt(DnsRecord::ttl)
                .findFirst()
                .orElse(HOST_TTL);
    }

    private ByteBuf content(DnsRecord record, String data) {
        return switch (record.type()) {
            case A, AAAA -> Unpooled.wrappedBuffer(address(data).toBytes());
            case CNAME -> DomainName.encode(target(data));
            case TXT -> strings(data);
        };
    }

    private static VpnAddress address(String text) {
        try {
            return VpnAddress.parse(text);
        } catch (MalformedException e) {
            throw new IllegalStateException("a record has an address that is none", e);
        }
    }

    private static ByteBuf strings(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        ByteBuf content = Unpooled.buffer(bytes.length + bytes.length / MAX_STRING + 1);
        int from = 0;
        do {
            int length = Math.min(MAX_STRING, bytes.length - from);
            content.writeByte(length).writeBytes(bytes, from, length);
            from += length;
        } while (from < bytes.length);
        return content;
    }

    /** Nobody transfers this zone; what counts in it is the last number, for how long a name may be remembered as none. */
    private io.netty.handler.codec.dns.DnsRecord startOfAuthority() {
        ByteBuf content = DomainName.encode(zone).writeBytes(DomainName.encode("nobody." + zone));
        content.writeInt(1).writeInt(3600).writeInt(600).writeInt(86_400).writeInt(NEGATIVE_TTL);
        return raw(zone, DnsRecordType.SOA, NEGATIVE_TTL, content);
    }

    private static io.netty.handler.codec.dns.DnsRecord raw(String name, DnsRecordType type, int ttl, ByteBuf content) {
        return new DefaultDnsRawRecord(name, type, ttl, content);
    }
}
