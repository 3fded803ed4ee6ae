package dev.pharos.control.dns;

import dev.pharos.protocol.bundle.DnsRecord;
import dev.pharos.protocol.bundle.RecordType;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Reads the records of a network. */
public final class DnsRecords {
    private DnsRecords() {}

    /** Within the transaction of {@code snapshot}, in the order of their ids. */
    public static List<DnsRecord> of(JdbcClient snapshot, String networkId) {
        return snapshot.sql("select name, type, data, ttl from dns_record where network_id = ? order by id")
                .param(networkId)
                .query((row, _) -> new DnsRecord(
                        row.getString(1),
                        RecordType.valueOf(row.getString(2)),
                        List.of((String[]) row.getArray(3).getArray()),
                        row.getInt(4)))
                .list();
    }
}
