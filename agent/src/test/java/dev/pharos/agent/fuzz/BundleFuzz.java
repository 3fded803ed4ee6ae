package dev.pharos.agent.fuzz;

import dev.pharos.agent.mesh.PeerMemory;
import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.bundle.Binary;
import dev.pharos.protocol.bundle.ControlJson;
import dev.pharos.protocol.bundle.EnrollmentAnswer;
import dev.pharos.protocol.bundle.EnrollmentRequest;
import dev.pharos.protocol.bundle.Envelope;
import dev.pharos.protocol.bundle.HostReport;
import dev.pharos.protocol.bundle.Manifest;
import dev.pharos.protocol.bundle.NamesPart;
import dev.pharos.protocol.bundle.OwnPart;
import dev.pharos.protocol.bundle.Problem;
import dev.pharos.protocol.bundle.TopologyPart;
import dev.pharos.protocol.bundle.TrustPart;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** JSON from control planes and agents, and from our own files. The first byte of the input chooses the message. */
final class BundleFuzz implements FuzzTarget {
    private final List<Class<?>> types;
    private final List<byte[]> seeds;

    private BundleFuzz(List<Class<?>> types, List<byte[]> seeds) {
        this.types = types;
        this.seeds = seeds;
    }

    static FuzzTarget bundle() {
        String host = "{\"name\":\"rpi\",\"addresses\":[\"10.42.0.20/24\"],\"certificates\":{},\"cipher\":\"aes\","
                + "\"mtu\":1300,\"listenPort\":0,\"lighthouse\":false,\"relay\":true,"
                + "\"advertise\":[\"203.0.113.5:4242\"],\"rules\":{\"inbound\":[{\"protocol\":\"tcp\",\"ports\":\"22\","
                + "\"groups\":[\"a\"],\"cidr\":\"10.42.0.9/32\",\"localCidr\":\"192.168.7.0/24\"}],\"outbound\":[]}}";
        String manifest = "{\"schema\":1,\"network\":\"net_1\",\"host\":\"host_1\",\"revision\":{\"epoch\":7,"
                + "\"number\":8},\"issuedAt\":\"2026-11-23T18:00:00Z\",\"parts\":{},\"critical\":[]}";
        String topology = "{\"lighthouses\":[{\"name\":\"anchor\",\"address\":\"10.42.0.2\",\"endpoints\":"
                + "[\"198.51.100.2:4242\"]}],\"relays\":[\"10.42.0.2\"],\"controlPlane\":{\"urls\":"
                + "[\"https://203.0.113.5:8443\"],\"tls\":\"web\",\"overlay\":[]}}";
        return new BundleFuzz(
                List.of(
                        OwnPart.class,
                        Manifest.class,
                        TopologyPart.class,
                        TrustPart.class,
                        NamesPart.class,
                        Envelope.class),
                List.of(
                        seed(0, host),
                        seed(1, manifest),
                        seed(2, topology),
                        seed(3, "{\"authorities\":[],\"blocklist\":[\"" + "ab".repeat(32) + "\"]}"),
                        seed(4, "{\"hosts\":{\"rpi\":\"10.42.0.20\"}}"),
                        seed(5, "{\"manifest\":\"AAEC\",\"signature\":\"AAEC\",\"keys\":[]}")));
    }

    static FuzzTarget answers() {
        String report = "{\"version\":\"0.1.0\",\"platform\":\"linux/amd64\",\"startedAt\":\"2026-11-23T18:00:00Z\","
                + "\"refused\":{\"revision\":{\"epoch\":0,\"number\":18},\"reason\":\"older\"},\"peers\":[{\"address\":"
                + "\"10.42.0.10\",\"path\":\"relay:10.42.0.2\",\"endpoint\":\"198.51.100.7:4242\",\"rttMs\":1.2,"
                + "\"lastHandshake\":\"2026-11-23T18:00:00Z\",\"bytesIn\":1,\"bytesOut\":2}]}";
        String key = Binary.of(new byte[32]).toString();
        return new BundleFuzz(
                List.of(
                        Problem.class,
                        HostReport.class,
                        EnrollmentRequest.class,
                        EnrollmentAnswer.class,
                        PeerMemory.class),
                List.of(
                        seed(0, "{\"type\":\"urn:pharos:expired\",\"title\":\"expired\",\"status\":403}"),
                        seed(1, report),
                        seed(2, "{\"token\":\"" + key + "\",\"name\":\"rpi\",\"keys\":{},\"platform\":\"linux\"}"),
                        seed(3, "{\"envelope\":{},\"parts\":{}}"),
                        seed(4, "{\"peers\":[]}")));
    }

    @Override
    public void run(byte[] input) throws Refused {
        if (input.length == 0) {
            return;
        }
        Class<?> type = types.get((input[0] & 0xff) % types.size());
        try {
            Object value =
                    ControlJson.read(type, Arrays.copyOfRange(input, 1, input.length), ControlJson.MAX_PART_BYTES);
            byte[] again = ControlJson.write(value);
            FuzzTarget.require(ControlJson.read(type, again, again.length).equals(value), "another message");
        } catch (MalformedException e) {
            throw new Refused(e);
        }
    }

    @Override
    public List<byte[]> seeds() {
        return seeds;
    }

    @Override
    public String libraries() {
        return ":tools.jackson.core.json.**:tools.jackson.core.base.**";
    }

    private static byte[] seed(int type, String json) {
        return Samples.prefixed(type, json.getBytes(StandardCharsets.UTF_8));
    }
}
