package dev.pharos.agent.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.VpnPrefix;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Allow lists decide as Nebula's do. */
class AllowListTests {
    private static AllowList list(Object... rules) throws MalformedException {
        Map<VpnPrefix, Boolean> map = new LinkedHashMap<>();
        for (int i = 0; i < rules.length; i += 2) {
            map.put(VpnPrefix.parse((String) rules[i]), (Boolean) rules[i + 1]);
        }
        return AllowList.of(map);
    }

    private static UnderlayEndpoint at(String address) throws MalformedException {
        return UnderlayEndpoint.parse(address + ":4242");
    }

    @Test
    void theMostSpecificPrefixWins() throws MalformedException {
        AllowList list = list("0.0.0.0/0", true, "10.0.0.0/8", false, "10.42.42.0/24", true, "10.42.42.7/32", false);

        assertThat(list.allows(at("192.0.2.1"))).isTrue();
        assertThat(list.allows(at("10.1.1.1"))).isFalse();
        assertThat(list.allows(at("10.42.42.1"))).isTrue();
        assertThat(list.allows(at("10.42.42.7"))).isFalse();
    }

    @Test
    void whereAllRulesSayTheSameTheRestIsTreatedTheOtherWay() throws MalformedException {
        assertThat(list("10.0.0.0/8", false).allows(at("192.0.2.1"))).isTrue();
        assertThat(list("10.0.0.0/8", true).allows(at("192.0.2.1"))).isFalse();
    }

    @Test
    void aFamilyWithoutRulesIsAllowed() throws MalformedException {
        assertThat(list("10.0.0.0/8", true).allows(at("[2001:db8::1]"))).isTrue();
        assertThat(list("2001:db8::/32", true).allows(at("192.0.2.1"))).isTrue();
        assertThat(list("2001:db8::/32", true).allows(at("[fd00::1]"))).isFalse();
        assertThat(AllowList.ALL.allows(at("192.0.2.1"))).isTrue();
    }

    @Test
    void mixedRulesNeedADefaultOfTheirFamily() {
        assertThatThrownBy(() -> list("10.0.0.0/8", true, "10.1.0.0/16", false, "::/0", true))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("0.0.0.0/0");
        assertThatThrownBy(() -> list("fd00::/8", true, "2001:db8::/32", false))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("::/0");
    }

    @Test
    void hostBitsOfARuleDoNotMatter() throws MalformedException {
        assertThat(list("10.1.2.3/8", false).allows(at("10.200.0.1"))).isFalse();
    }

    @Test
    void aPeerMustBeAllowedByItsRangeAndByTheListForAll() throws MalformedException {
        Map<VpnPrefix, AllowList> ranges = new HashMap<>();
        ranges.put(VpnPrefix.parse("10.42.0.0/16"), list("172.16.0.0/12", false));
        ranges.put(VpnPrefix.parse("10.42.9.0/24"), list("172.16.0.0/12", true));
        var remotes = new RemoteAllowList(list("192.168.0.0/16", false), ranges);
        VpnAddress wide = VpnAddress.parse("10.42.1.1");
        VpnAddress narrow = VpnAddress.parse("10.42.9.1");

        assertThat(remotes.allows(at("172.16.0.1"))).isTrue();
        assertThat(remotes.allows(wide, at("172.16.0.1"))).isFalse();
        assertThat(remotes.allows(narrow, at("172.16.0.1"))).isTrue();
        assertThat(remotes.allows(narrow, at("192.0.2.1"))).isFalse();
        assertThat(remotes.allows(VpnAddress.parse("10.43.0.1"), at("192.168.1.1")))
                .isFalse();
        assertThat(remotes.allows(List.of(narrow, wide), at("172.16.0.1"))).isFalse();
        assertThat(remotes.allows(List.of(narrow), at("172.16.0.1"))).isTrue();
    }

    @Test
    void interfacesAreNamedByWholeRegularExpressions() throws MalformedException {
        LocalAllowList without = LocalAllowList.of(AllowList.ALL, Map.of("tun0", false, "docker.*", false));
        LocalAllowList only = LocalAllowList.of(AllowList.ALL, Map.of("eth.", true));

        assertThat(without.allowsInterface("docker0")).isFalse();
        assertThat(without.allowsInterface("tun01")).isTrue();
        assertThat(only.allowsInterface("eth0")).isTrue();
        assertThat(only.allowsInterface("wlan0")).isFalse();
        assertThat(LocalAllowList.ALL.allowsInterface("anything")).isTrue();
    }

    @Test
    void interfacesMustAgreeAndBeRegularExpressions() {
        assertThatThrownBy(() -> LocalAllowList.of(AllowList.ALL, Map.of("a", true, "b", false)))
                .isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> LocalAllowList.of(AllowList.ALL, Map.of("(", true)))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("(");
    }

    @Test
    void aRemoteIsCalculatedFromTheBitsOfMaskAndPeer() throws MalformedException {
        var v4 = new CalculatedRemote(VpnPrefix.parse("10.0.10.0/24"), VpnPrefix.parse("192.168.1.77/24"), 4242);
        assertThat(v4.of(VpnAddress.parse("10.0.10.123"))).hasValue(UnderlayEndpoint.parse("192.168.1.123:4242"));
        assertThat(v4.of(VpnAddress.parse("10.0.11.123"))).isEmpty();

        var v6 = new CalculatedRemote(VpnPrefix.parse("fd00::/64"), VpnPrefix.parse("2001:db8:0:1::/64"), 4242);
        assertThat(v6.of(VpnAddress.parse("fd00::5"))).hasValue(UnderlayEndpoint.parse("[2001:db8:0:1::5]:4242"));
    }
}
