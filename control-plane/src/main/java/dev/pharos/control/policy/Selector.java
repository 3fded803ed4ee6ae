package dev.pharos.control.policy;

import dev.pharos.control.api.Problem;
import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.VpnPrefix;

/** One end of a policy: {@code any}, {@code group:NAME}, {@code host:NAME} or a range of overlay addresses. */
sealed interface Selector {
    record Anyone() implements Selector {}

    record InGroup(String group) implements Selector {}

    record OneHost(String name) implements Selector {}

    record InRange(VpnPrefix range) implements Selector {}

    static Selector parse(String field, String text) {
        if (text.equals("any")) {
            return new Anyone();
        }
        if (text.startsWith("group:")) {
            return new InGroup(text.substring("group:".length()));
        }
        if (text.startsWith("host:")) {
            return new OneHost(text.substring("host:".length()));
        }
        try {
            if (text.indexOf('/') < 0) {
                VpnAddress address = VpnAddress.parse(text);
                return new InRange(new VpnPrefix(address, address.bits()));
            }
            return new InRange(VpnPrefix.parse(text).masked());
        } catch (MalformedException e) {
            throw Problem.field(field, "must be any, group:NAME, host:NAME or a range like 10.42.0.0/24");
        }
    }
}
