package dev.pharos.agent.linux;

/**
 * Numbers and struct offsets of the Linux ABI as seen through libc, in bytes. They are the same on x86-64 and aarch64:
 * both are little endian with 64-bit pointers and use the kernel's generic numbering for everything named here. A test
 * pins each of them.
 */
final class Abi {
    static final int O_RDWR = 2;
    static final int O_NONBLOCK = 0x800;
    static final int O_CLOEXEC = 0x80000;

    static final int POLLOUT = 4;
    static final int POLLFD_SIZE = 8;
    static final int POLLFD_EVENTS = 4;

    static final int PROT_READ = 1;
    static final int PROT_WRITE = 2;
    static final int MAP_PRIVATE = 0x2;
    static final int MAP_ANONYMOUS = 0x20;

    static final int CLOCK_BOOTTIME = 7;
    static final int CLONE_NEWNET = 0x40000000;
    static final int TIMESPEC_SIZE = 16;
    static final int TIMESPEC_NANOSECONDS = 8;

    // linux/if_tun.h, linux/if.h
    static final long TUNSETIFF = 0x400454ca;
    static final long TUNSETOFFLOAD = 0x400454d0;
    static final int IFF_TUN = 0x1;
    static final int IFF_MULTI_QUEUE = 0x100;
    static final int IFF_NO_PI = 0x1000;
    static final int IFF_TUN_EXCL = 0x8000;
    static final int IFF_VNET_HDR = 0x4000;
    static final int TUN_F_CSUM = 0x1;
    static final int TUN_F_TSO4 = 0x2;
    static final int TUN_F_TSO6 = 0x4;
    static final int TUN_F_USO4 = 0x20;
    static final int TUN_F_USO6 = 0x40;
    static final int IFREQ_SIZE = 40;
    static final int IFREQ_FLAGS = 16;
    static final int IFNAMSIZ = 16;
    static final int IFF_UP = 0x1;
    static final int IFF_LOOPBACK = 0x8;

    // sys/socket.h, netinet/in.h, linux/udp.h
    static final int AF_UNIX = 1;
    static final int AF_INET = 2;
    static final int AF_INET6 = 10;
    static final int AF_NETLINK = 16;
    static final int SOCK_DGRAM = 2;
    static final int SOCK_RAW = 3;
    static final int SOCK_NONBLOCK = 0x800;
    static final int SOCK_CLOEXEC = 0x80000;
    static final int SOL_SOCKET = 1;
    static final int SO_SNDBUF = 7;
    static final int SO_RCVBUF = 8;
    static final int SO_REUSEPORT = 15;
    static final int SO_MARK = 36;
    static final int SO_MEMINFO = 55;
    static final int SO_ATTACH_REUSEPORT_CBPF = 51;
    static final int SOCK_FPROG_SIZE = 16;
    static final int SOCK_FPROG_FILTER = 8;
    static final int SO_SNDBUFFORCE = 32;
    static final int SO_RCVBUFFORCE = 33;
    static final int IPPROTO_IPV6 = 41;
    static final int IPV6_V6ONLY = 26;
    static final int SOL_UDP = 17;
    static final int UDP_SEGMENT = 103;
    static final int UDP_GRO = 104;
    static final int SOCKADDR_PORT = 2;
    static final int SOCKADDR_IN_SIZE = 16;
    static final int SOCKADDR_IN_ADDRESS = 4;
    static final int SOCKADDR_IN6_SIZE = 28;
    static final int SOCKADDR_IN6_ADDRESS = 8;
    static final int SOCKADDR_NL_SIZE = 12;
    static final int SOCKADDR_NL_GROUPS = 8;

    static final int IOVEC_SIZE = 16;
    static final int IOVEC_LENGTH = 8;
    static final int MSGHDR_SIZE = 56;
    static final int MSGHDR_NAME = 0;
    static final int MSGHDR_NAME_LENGTH = 8;
    static final int MSGHDR_IOV = 16;
    static final int MSGHDR_IOV_COUNT = 24;
    static final int MSGHDR_CONTROL = 32;
    static final int MSGHDR_CONTROL_LENGTH = 40;
    static final int MMSGHDR_SIZE = 64;
    static final int MMSGHDR_LENGTH = 56;
    static final int CMSGHDR_SIZE = 16;
    static final int CMSGHDR_LEVEL = 8;
    static final int CMSGHDR_TYPE = 12;
    /** {@code CMSG_SPACE} of one u16 or one int. */
    static final int CMSG_SPACE_SMALL = 24;

    // linux/netlink.h, linux/rtnetlink.h, linux/if_addr.h, linux/if_link.h
    static final int NLMSGHDR_SIZE = 16;
    static final int NLM_F_REQUEST = 0x1;
    static final int NLM_F_ACK = 0x4;
    static final int NLM_F_REPLACE = 0x100;
    static final int NLM_F_DUMP = 0x300;
    static final int NLM_F_CREATE = 0x400;
    static final int NLMSG_ERROR = 2;
    static final int NLMSG_DONE = 3;
    static final int RTM_NEWLINK = 16;
    static final int RTM_GETLINK = 18;
    static final int RTM_NEWADDR = 20;
    static final int RTM_DELADDR = 21;
    static final int RTM_GETADDR = 22;
    static final int RTM_NEWROUTE = 24;
    static final int RTM_DELROUTE = 25;
    static final int RTM_GETROUTE = 26;
    static final int IFINFOMSG_SIZE = 16;
    static final int IFINFOMSG_INDEX = 4;
    static final int IFINFOMSG_FLAGS = 8;
    static final int IFADDRMSG_SIZE = 8;
    static final int RTMSG_SIZE = 12;
    static final int IFLA_IFNAME = 3;
    static final int IFLA_MTU = 4;
    static final int IFLA_TXQLEN = 13;
    static final int IFLA_AF_SPEC = 26;
    static final int IFLA_GSO_MAX_SIZE = 41;
    static final int IFLA_INET6_ADDR_GEN_MODE = 8;
    static final int IN6_ADDR_GEN_MODE_NONE = 1;
    static final int IFA_ADDRESS = 1;
    static final int IFA_LOCAL = 2;
    static final int IFA_F_NODAD = 2;
    static final int RTA_DST = 1;
    static final int RTA_OIF = 4;
    static final int RTA_GATEWAY = 5;
    static final int RTA_PRIORITY = 6;
    static final int RTA_PREFSRC = 7;
    static final int RTA_METRICS = 8;
    static final int RTA_MULTIPATH = 9;
    static final int RTA_VIA = 18;
    static final int RTAX_MTU = 2;
    static final int RT_TABLE_MAIN = 254;
    static final int RTPROT_STATIC = 4;
    static final int RT_SCOPE_UNIVERSE = 0;
    static final int RT_SCOPE_LINK = 253;
    static final int RTN_UNICAST = 1;
    static final int RTMGRP_LINK = 0x1;
    static final int RTMGRP_IPV4_IFADDR = 0x10;
    static final int RTMGRP_IPV4_ROUTE = 0x40;
    static final int RTMGRP_IPV6_IFADDR = 0x100;
    static final int RTMGRP_IPV6_ROUTE = 0x400;

    private Abi() {}
}
