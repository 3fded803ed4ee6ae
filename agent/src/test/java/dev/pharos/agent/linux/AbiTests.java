package dev.pharos.agent.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Pins every number of {@link Abi} as a literal, as the C compilers for x86-64 and aarch64 print it. A change there is a
 * change of what the kernel is told.
 */
class AbiTests {
    private static final String PINNED = """
        AF_INET=2 AF_INET6=10 AF_NETLINK=16 AF_UNIX=1 CLOCK_BOOTTIME=7 CLONE_NEWNET=1073741824 CMSGHDR_LEVEL=8 CMSGHDR_SIZE=16 CMSGHDR_TYPE=12
        CMSG_SPACE_SMALL=24 IFADDRMSG_SIZE=8 IFA_ADDRESS=1 IFA_F_NODAD=2 IFA_LOCAL=2 IFF_LOOPBACK=8
        IFF_MULTI_QUEUE=256 IFF_NO_PI=4096 IFF_TUN=1 IFF_TUN_EXCL=32768 IFF_UP=1 IFF_VNET_HDR=16384 IFINFOMSG_FLAGS=8
        IFINFOMSG_INDEX=4 IFINFOMSG_SIZE=16 IFLA_AF_SPEC=26 IFLA_GSO_MAX_SIZE=41 IFLA_IFNAME=3
        IFLA_INET6_ADDR_GEN_MODE=8 IFLA_MTU=4 IFLA_TXQLEN=13 IFNAMSIZ=16 IFREQ_FLAGS=16 IFREQ_SIZE=40
        IN6_ADDR_GEN_MODE_NONE=1 IOVEC_LENGTH=8 IOVEC_SIZE=16 IPPROTO_IPV6=41 IPV6_V6ONLY=26 MAP_ANONYMOUS=32 MAP_PRIVATE=2
        MMSGHDR_LENGTH=56
        MMSGHDR_SIZE=64 MSGHDR_CONTROL=32 MSGHDR_CONTROL_LENGTH=40 MSGHDR_IOV=16 MSGHDR_IOV_COUNT=24 MSGHDR_NAME=0
        MSGHDR_NAME_LENGTH=8 MSGHDR_SIZE=56 NLMSGHDR_SIZE=16 NLMSG_DONE=3 NLMSG_ERROR=2 NLM_F_ACK=4
        NLM_F_CREATE=1024 NLM_F_DUMP=768 NLM_F_REPLACE=256 NLM_F_REQUEST=1 O_CLOEXEC=524288 O_NONBLOCK=2048
        O_RDWR=2 POLLFD_EVENTS=4 POLLFD_SIZE=8 POLLOUT=4 PROT_READ=1 PROT_WRITE=2
        RTAX_MTU=2 RTA_DST=1 RTA_GATEWAY=5 RTA_METRICS=8 RTA_MULTIPATH=9 RTA_OIF=4
        RTA_PREFSRC=7 RTA_PRIORITY=6 RTA_VIA=18 RTMGRP_IPV4_IFADDR=16 RTMGRP_IPV4_ROUTE=64 RTMGRP_IPV6_IFADDR=256
        RTMGRP_IPV6_ROUTE=1024 RTMGRP_LINK=1 RTMSG_SIZE=12 RTM_DELADDR=21 RTM_DELROUTE=25 RTM_GETADDR=22 RTM_GETLINK=18
        RTM_GETROUTE=26
        RTM_NEWADDR=20 RTM_NEWLINK=16 RTM_NEWROUTE=24 RTN_UNICAST=1 RTPROT_STATIC=4 RT_SCOPE_LINK=253
        RT_SCOPE_UNIVERSE=0 RT_TABLE_MAIN=254 SOCKADDR_IN6_ADDRESS=8 SOCKADDR_IN6_SIZE=28 SOCKADDR_IN_ADDRESS=4
        SOCKADDR_IN_SIZE=16 SOCKADDR_NL_GROUPS=8 SOCKADDR_NL_SIZE=12 SOCKADDR_PORT=2 SOCK_CLOEXEC=524288
        SOCK_DGRAM=2 SOCK_FPROG_FILTER=8 SOCK_FPROG_SIZE=16 SOCK_NONBLOCK=2048 SOCK_RAW=3 SOL_SOCKET=1 SOL_UDP=17 SO_ATTACH_REUSEPORT_CBPF=51 SO_MARK=36 SO_MEMINFO=55 SO_RCVBUF=8
        SO_RCVBUFFORCE=33
        SO_REUSEPORT=15 SO_SNDBUF=7 SO_SNDBUFFORCE=32 TIMESPEC_NANOSECONDS=8 TIMESPEC_SIZE=16 TUNSETIFF=1074025674
        TUNSETOFFLOAD=1074025680 TUN_F_CSUM=1 TUN_F_TSO4=2 TUN_F_TSO6=4 TUN_F_USO4=32 TUN_F_USO6=64 UDP_GRO=104
        UDP_SEGMENT=103
        """;

    @Test
    void everyNumberIsWhatTheKernelCallsIt() throws IllegalAccessException {
        Map<String, Long> actual = new TreeMap<>();
        for (Field field : Abi.class.getDeclaredFields()) {
            if (!field.isSynthetic()) {
                actual.put(field.getName(), ((Number) field.get(null)).longValue());
            }
        }
        Map<String, Long> pinned = new TreeMap<>();
        for (String pair : PINNED.strip().split("\\s+", -1)) {
            String[] parts = pair.split("=", -1);
            pinned.put(parts[0], Long.parseLong(parts[1]));
        }
        assertThat(actual).isEqualTo(pinned);
    }

    @Test
    void theVirtioHeaderLiesAsInLinuxVirtioNet() {
        assertThat(VirtioHeader.SIZE).isEqualTo(10);
        assertThat(VirtioHeader.FLAGS).isZero();
        assertThat(VirtioHeader.GSO_TYPE).isEqualTo(1);
        assertThat(VirtioHeader.HEADER_LENGTH).isEqualTo(2);
        assertThat(VirtioHeader.GSO_SIZE).isEqualTo(4);
        assertThat(VirtioHeader.CHECKSUM_START).isEqualTo(6);
        assertThat(VirtioHeader.CHECKSUM_OFFSET).isEqualTo(8);
    }

    @Test
    void errorsCarryTheTextOfTheCLibrary() {
        assertThat(Errno.text(Errno.EPERM)).isEqualTo("Operation not permitted");
        assertThat(new LinuxException("bind", 98, "cannot listen on UDP 0.0.0.0:4242"))
                .hasMessage("cannot listen on UDP 0.0.0.0:4242: bind failed: Address already in use (errno 98)");
    }

    @Test
    void theBootClockGoesForward() {
        long before = BootClock.nanos();
        assertThat(BootClock.nanos() - before).isBetween(0L, 1_000_000_000L);
        assertThat(before).isPositive();
    }
}
