package dev.pharos.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressTests {
    @ParameterizedTest
    @CsvSource({
        "10.42.0.1, 10.42.0.1",
        "FD00:99:0:0:0:0:0:2, fd00:99::2",
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "::ffff:10.0.0.1, 10.0.0.1",
        "1:0:0:2:0:0:0:3, 1:0:0:2::3",
        "::, ::",
        "::1, ::1",
        "fe80::, fe80::",
    })
    void literalsArePrintedCanonically(String text, String canonical) throws Exception {
        assertThat(VpnAddress.parse(text)).hasToString(canonical);
        assertThat(VpnAddress.of(VpnAddress.parse(text).toBytes())).hasToString(canonical);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "localhost", "10.0.0", "10.0.0.256", "1:2", "fe80::1%eth0", "10.0.0.1:80", " 10.0.0.1"})
    void whatIsNoLiteralIsRefused(String text) {
        assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> VpnAddress.parse(text));
    }

    @Test
    void v4IsHeldMapped() {
        assertThat(VpnAddress.ofV4(0x0a630002).low()).isEqualTo(0x0000ffff_0a630002L);
        assertThat(VpnAddress.ofV4(0x0a630002)).hasToString("10.99.0.2");
    }

    @ParameterizedTest
    @CsvSource({
        "10.42.0.0/24, 10.42.0.255, true",
        "10.42.0.0/24, 10.42.1.0, false",
        "0.0.0.0/0, 255.1.2.3, true",
        "0.0.0.0/0, fd00::1, false",
        "::/0, 10.0.0.1, false",
        "fd00:99::/64, fd00:99::ffff, true",
        "fd00:99::/64, fd00:99:0:1::, false",
        "fd00:99::/32, fd00:99:1::, true",
        "fd00:99::2/128, fd00:99::2, true",
    })
    void prefixContainsItsAddresses(String prefix, String address, boolean contained) throws Exception {
        assertThat(VpnPrefix.parse(prefix).contains(VpnAddress.parse(address))).isEqualTo(contained);
    }

    @Test
    void maskedDropsHostBits() throws Exception {
        assertThat(VpnPrefix.parse("10.42.7.9/16").masked()).hasToString("10.42.0.0/16");
        assertThat(VpnPrefix.parse("fd00:99::2/64").masked()).hasToString("fd00:99::/64");
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.0", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/x", "/8", "fd00::/129"})
    void whatIsNoPrefixIsRefused(String text) {
        assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> VpnPrefix.parse(text));
    }

    @Test
    void v4SortsBeforeV6AndUnsigned() throws Exception {
        assertThat(VpnAddress.parse("200.0.0.1")).isLessThan(VpnAddress.parse("::1"));
        assertThat(VpnAddress.parse("10.0.0.1")).isLessThan(VpnAddress.parse("200.0.0.1"));
        assertThat(VpnAddress.parse("fd00::1")).isGreaterThan(VpnAddress.parse("2001::1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.1:4242", "[2001:db8::1]:4242"})
    void endpointsRoundTrip(String text) throws Exception {
        assertThat(UnderlayEndpoint.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.1", "2001:db8::1:80", "[192.0.2.1]:80", "192.0.2.1:65536", "host:1", ":1"})
    void whatIsNoEndpointIsRefused(String text) {
        assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> UnderlayEndpoint.parse(text));
    }
}
