/*
 * The upper bound: what a tunnel over the same kernel interfaces carries when it does only what every such tunnel must.
 * TUN with a virtio header, TCP and UDP segmentation both ways, a UDP socket with segmentation and coalescing, one peer
 * that never changes; no cipher, no firewall, no lookups, no handshake.
 *
 *   TUN  -> segments with a 16-byte header and room for a 16-byte tag -> one sendmmsg     (UDP_SEGMENT)
 *   TUN <-  one writev a joined packet, straight from the receive buffers <- recvmmsg     (UDP_GRO)
 *
 * Checksums are finished on the way out and verified on the way in, as the far side might be any implementation.
 *
 *   bound DEVICE PEER-IPV4 PORT [seal]
 *
 * The device exists, persistent, made with a virtio header; it goes when this ends. With "seal" every packet is sealed
 * and opened by AES-256-GCM under a fixed key, by libipsec-mb on a processor with AVX-512 and VAES: the bound of a tunnel
 * that encrypts with the fastest software there is and does nothing else.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <linux/virtio_net.h>
#include <net/if.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#ifndef TUN_F_USO4
#define TUN_F_USO4 0x20
#define TUN_F_USO6 0x40
#endif
#ifndef VIRTIO_NET_HDR_GSO_UDP_L4
#define VIRTIO_NET_HDR_GSO_UDP_L4 5
#endif
#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#define UDP_GRO 104
#endif

enum {
    VIRTIO = sizeof(struct virtio_net_hdr),
    HEADER = 16,
    TAG = 16,
    LARGEST = 65535,
    TRAINS = 16,
    TRAIN_BYTES = 65507,
    TRAIN_SEGMENTS = 64,
    MESSAGES = 8,
    TUN_READS = 32,
    SOCKET_READS = 8,
    BUFFER_BYTES = 8 << 20,
    MAX_HEADERS = 128,
};

static void fail(const char *what) {
    perror(what);
    exit(1);
}

/* --- checksums: sums of 32-bit words, which the compiler makes vectors of --- */

static uint64_t sum(const uint8_t *bytes, int length) {
    uint64_t total = 0;
    int i = 0;
    for (; i + 4 <= length; i += 4) {
        uint32_t word;
        memcpy(&word, bytes + i, 4);
        total += word;
    }
    uint32_t rest = 0;
    memcpy(&rest, bytes + i, length - i);
    return total + rest;
}

static uint16_t fold(uint64_t total) {
    total = (total >> 32) + (total & 0xffffffff);
    while (total >> 16) {
        total = (total >> 16) + (total & 0xffff);
    }
    return total;
}

static uint16_t get16(const uint8_t *at) { return at[0] << 8 | at[1]; }

static void put16(uint8_t *at, unsigned value) {
    at[0] = value >> 8;
    at[1] = value;
}

static uint32_t get32(const uint8_t *at) { return (uint32_t)get16(at) << 16 | get16(at + 2); }

static void put32(uint8_t *at, uint32_t value) {
    put16(at, value >> 16);
    put16(at + 2, value);
}

static uint64_t pseudo_header(const uint8_t *ip, int protocol, int length) {
    uint64_t addresses = ip[0] >> 4 == 4 ? sum(ip + 12, 8) : sum(ip + 8, 32);
    return addresses + htons(protocol) + htons(length);
}

/* --- sealing, in place, when asked for: the functions of libipsec-mb's AVX-512 variant --- */

typedef void gcm_call(const void *schedule, void *context, uint8_t *out, const uint8_t *in, uint64_t length,
                      const uint8_t *nonce, const uint8_t *aad, uint64_t aad_length, uint8_t *tag, uint64_t tag_length);

static gcm_call *gcm_seal, *gcm_open;
static _Alignas(64) uint8_t schedule[4096], context[1024];

static void load_cipher(void) {
    void *library = dlopen("libIPSec_MB.so.1", RTLD_NOW);
    if (!library || !__builtin_cpu_supports("avx512vl") || !__builtin_cpu_supports("vpclmulqdq")) {
        fprintf(stderr, "sealing needs libipsec-mb1 and a processor with AVX-512 and VAES\n");
        exit(1);
    }
    void (*prepare)(const uint8_t *, void *);
    prepare = (void (*)(const uint8_t *, void *))dlsym(library, "aes_gcm_pre_256_vaes_avx512");
    gcm_seal = (gcm_call *)dlsym(library, "aes_gcm_enc_256_vaes_avx512");
    gcm_open = (gcm_call *)dlsym(library, "aes_gcm_dec_256_vaes_avx512");
    static const uint8_t key[32] = "the same for all, on this bench.";
    prepare(key, schedule);
}

/* A datagram: header, text, room for the tag. */
static void seal(uint8_t *datagram, int text) {
    if (gcm_seal) {
        uint8_t nonce[12] = {0};
        memcpy(nonce + 4, datagram + 8, 8);
        uint8_t *at = datagram + HEADER;
        gcm_seal(schedule, context, at, at, text, nonce, datagram, HEADER, at + text, TAG);
    }
}

static int opens(uint8_t *datagram, int text) {
    uint8_t nonce[12] = {0}, tag[TAG];
    if (!gcm_open) {
        return 1;
    }
    memcpy(nonce + 4, datagram + 8, 8);
    uint8_t *at = datagram + HEADER;
    gcm_open(schedule, context, at, at, text, nonce, datagram, HEADER, tag, TAG);
    return memcmp(tag, at + text, TAG) == 0;
}

/* --- device to socket --- */

static int tun, udp;
static struct sockaddr_in peer;

struct train {
    uint8_t bytes[1 << 16];
    int length, segment, count, ended;
};

static struct train trains[TRAINS];
static int train_count;

static void send_trains(void) {
    static struct mmsghdr messages[TRAINS];
    static struct iovec vectors[TRAINS];
    static union {
        char space[CMSG_SPACE(sizeof(uint16_t))];
        struct cmsghdr align;
    } controls[TRAINS];
    for (int i = 0; i < train_count; i++) {
        vectors[i] = (struct iovec){trains[i].bytes, trains[i].length};
        messages[i].msg_hdr = (struct msghdr){
            .msg_name = &peer, .msg_namelen = sizeof peer, .msg_iov = &vectors[i], .msg_iovlen = 1};
        if (trains[i].count > 1) {
            messages[i].msg_hdr.msg_control = controls[i].space;
            messages[i].msg_hdr.msg_controllen = sizeof controls[i].space;
            struct cmsghdr *control = CMSG_FIRSTHDR(&messages[i].msg_hdr);
            control->cmsg_level = IPPROTO_UDP;
            control->cmsg_type = UDP_SEGMENT;
            control->cmsg_len = CMSG_LEN(sizeof(uint16_t));
            uint16_t size = trains[i].segment;
            memcpy(CMSG_DATA(control), &size, sizeof size);
        }
    }
    for (int next = 0; next < train_count;) {
        int sent = sendmmsg(udp, messages + next, train_count - next, 0);
        if (sent > 0) {
            next += sent;
        } else if (errno == EAGAIN || errno == ENOBUFS) {
            struct pollfd writable = {udp, POLLOUT, 0};
            poll(&writable, 1, 5);
        } else if (errno != EINTR) {
            next++;
        }
    }
    train_count = 0;
}

static uint8_t *reserve(int wanted) {
    struct train *last = train_count ? &trains[train_count - 1] : NULL;
    if (!last || last->ended || wanted > last->segment || last->length + wanted > TRAIN_BYTES
        || last->count == TRAIN_SEGMENTS) {
        if (train_count == TRAINS) {
            send_trains();
        }
        last = &trains[train_count++];
        last->length = last->count = 0;
        last->segment = wanted;
    }
    uint8_t *at = last->bytes + last->length;
    last->length += wanted;
    last->count++;
    last->ended = wanted < last->segment;
    static uint64_t counter;
    put32(at, 0x01000000);
    put32(at + 4, 1);
    put32(at + 8, ++counter >> 32);
    put32(at + 12, counter);
    return at + HEADER;
}

static void whole(const uint8_t *packet, int length, const struct virtio_net_hdr *virtio) {
    uint8_t *out = reserve(length + HEADER + TAG);
    memcpy(out, packet, length);
    if (virtio->flags & VIRTIO_NET_HDR_F_NEEDS_CSUM && virtio->csum_start + virtio->csum_offset + 2 <= length) {
        uint16_t checksum = ~fold(sum(out + virtio->csum_start, length - virtio->csum_start));
        memcpy(out + virtio->csum_start + virtio->csum_offset, &checksum, 2);
    }
    seal(out - HEADER, length);
}

static void segments(const uint8_t *packet, int length, const struct virtio_net_hdr *virtio) {
    int v4 = packet[0] >> 4 == 4;
    int is_udp = virtio->gso_type == VIRTIO_NET_HDR_GSO_UDP_L4;
    int transport = virtio->csum_start;
    int headers = transport + (is_udp ? 8 : (packet[transport + 12] >> 4) * 4);
    int field = transport + (is_udp ? 6 : 16);
    for (int position = headers, index = 0; position < length; position += virtio->gso_size, index++) {
        int payload = length - position < virtio->gso_size ? length - position : virtio->gso_size;
        int last = position + payload == length;
        uint8_t *out = reserve(headers + payload + HEADER + TAG);
        memcpy(out, packet, headers);
        memcpy(out + headers, packet + position, payload);
        if (v4) {
            put16(out + 2, headers + payload);
            put16(out + 4, get16(packet + 4) + index);
            memset(out + 10, 0, 2);
            uint16_t checksum = ~fold(sum(out, (out[0] & 15) * 4));
            memcpy(out + 10, &checksum, 2);
        } else {
            put16(out + 4, headers + payload - 40);
        }
        if (is_udp) {
            put16(out + transport + 4, 8 + payload);
        } else {
            put32(out + transport + 4, get32(packet + transport + 4) + position - headers);
            out[transport + 13] &= (last ? 0xff : ~(TH_FIN | TH_PUSH)) & (index ? 0x7f : 0xff);
        }
        memset(out + field, 0, 2);
        int size = headers - transport + payload;
        uint64_t all = pseudo_header(out, is_udp ? IPPROTO_UDP : IPPROTO_TCP, size) + sum(out + transport, size);
        uint16_t checksum = ~fold(all);
        memcpy(out + field, &checksum, 2);
        seal(out - HEADER, headers + payload);
    }
}

static void device_to_socket(void) {
    static uint8_t buffer[VIRTIO + LARGEST];
    for (int i = 0; i < TUN_READS; i++) {
        int length = read(tun, buffer, sizeof buffer);
        if (length <= VIRTIO) {
            break;
        }
        struct virtio_net_hdr virtio;
        memcpy(&virtio, buffer, VIRTIO);
        if (virtio.gso_type == VIRTIO_NET_HDR_GSO_NONE) {
            whole(buffer + VIRTIO, length - VIRTIO, &virtio);
        } else {
            segments(buffer + VIRTIO, length - VIRTIO, &virtio);
        }
    }
    send_trains();
}

/* --- socket to device: one packet at a time grows, out of pieces that stay where they were received --- */

static struct {
    struct iovec pieces[2 + TRAIN_SEGMENTS];
    int count, length, segment, headers, ended;
    uint32_t next;
    uint8_t header[MAX_HEADERS];
} held;

static void write_held(void) {
    struct virtio_net_hdr virtio = {0};
    if (held.count == 0) {
        return;
    }
    if (held.count > 3) {
        int v4 = held.header[0] >> 4 == 4;
        int transport = v4 ? 20 : 40;
        int protocol = held.header[v4 ? 9 : 6];
        int is_udp = protocol == IPPROTO_UDP;
        if (v4) {
            put16(held.header + 2, held.length);
            memset(held.header + 10, 0, 2);
            uint16_t checksum = ~fold(sum(held.header, 20));
            memcpy(held.header + 10, &checksum, 2);
        } else {
            put16(held.header + 4, held.length - 40);
        }
        if (is_udp) {
            put16(held.header + transport + 4, held.length - transport);
        }
        virtio = (struct virtio_net_hdr){
            .flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
            .gso_type = is_udp ? VIRTIO_NET_HDR_GSO_UDP_L4 : v4 ? VIRTIO_NET_HDR_GSO_TCPV4 : VIRTIO_NET_HDR_GSO_TCPV6,
            .hdr_len = held.headers,
            .gso_size = held.segment,
            .csum_start = transport,
            .csum_offset = is_udp ? 6 : 16};
        uint16_t partial = fold(pseudo_header(held.header, protocol, held.length - transport));
        memcpy(held.header + transport + virtio.csum_offset, &partial, 2);
    }
    held.pieces[0] = (struct iovec){&virtio, VIRTIO};
    if (writev(tun, held.pieces, held.count) < 0 && errno != EAGAIN && errno != EIO) {
        perror("writev");
    }
    held.count = 0;
}

static int parse(const uint8_t *packet, int length, int *transport, int *headers) {
    int v4 = packet[0] >> 4 == 4;
    if (length < 40 || (v4 && (packet[0] != 0x45 || (get16(packet + 6) & 0x3fff)))) {
        return 0;
    }
    *transport = v4 ? 20 : 40;
    int protocol = packet[v4 ? 9 : 6];
    if (protocol == IPPROTO_TCP && length >= *transport + 20) {
        *headers = *transport + (packet[*transport + 12] >> 4) * 4;
        if ((packet[*transport + 13] & ~TH_PUSH) != TH_ACK) {
            return 0;
        }
    } else if (protocol == IPPROTO_UDP && length >= *transport + 8) {
        *headers = *transport + 8;
    } else {
        return 0;
    }
    int size = length - *transport;
    return *headers < length && *headers <= MAX_HEADERS
           && fold(pseudo_header(packet, protocol, size) + sum(packet + *transport, size)) == 0xffff;
}

static int joins(const uint8_t *packet, int length, int transport, int headers) {
    const uint8_t *first = held.header;
    int v4 = packet[0] >> 4 == 4;
    int payload = length - headers;
    if (held.count == 0 || held.ended || headers != held.headers || payload > held.segment
        || held.length + payload > LARGEST || held.count == 2 + TRAIN_SEGMENTS || packet[0] != first[0]
        || packet[1] != first[1] || memcmp(packet + (v4 ? 12 : 8), first + (v4 ? 12 : 8), v4 ? 12 : 36)) {
        return 0;
    }
    if (v4 ? packet[8] != first[8] || packet[9] != first[9] : packet[6] != first[6] || packet[7] != first[7]) {
        return 0;
    }
    return packet[v4 ? 9 : 6] == IPPROTO_UDP
           || (get32(packet + transport + 4) == held.next
               && memcmp(packet + transport + 8, first + transport + 8, 4) == 0
               && memcmp(packet + transport + 14, first + transport + 14, 2) == 0
               && memcmp(packet + transport + 20, first + transport + 20, headers - transport - 20) == 0);
}

static void packet_in(uint8_t *packet, int length) {
    int transport = 0, headers = 0;
    int candidate = parse(packet, length, &transport, &headers);
    int joined = candidate && joins(packet, length, transport, headers);
    if (!joined) {
        write_held();
    }
    if (!candidate) {
        held.pieces[1] = (struct iovec){packet, length};
        held.count = 2;
        write_held();
        return;
    }
    int payload = length - headers;
    if (!joined) {
        memcpy(held.header, packet, headers);
        held.headers = held.length = headers;
        held.segment = payload;
        held.pieces[1] = (struct iovec){held.header, headers};
        held.count = 2;
    }
    held.pieces[held.count++] = (struct iovec){packet + headers, payload};
    held.length += payload;
    held.ended = payload < held.segment;
    if (packet[packet[0] >> 4 == 4 ? 9 : 6] == IPPROTO_TCP) {
        held.next = get32(packet + transport + 4) + payload;
        held.header[transport + 13] |= packet[transport + 13];
        held.ended |= (packet[transport + 13] & TH_PUSH) != 0;
    }
}

static void socket_to_device(void) {
    static uint8_t buffers[MESSAGES][1 << 16];
    static struct mmsghdr messages[MESSAGES];
    static struct iovec vectors[MESSAGES];
    static union {
        char space[CMSG_SPACE(sizeof(int))];
        struct cmsghdr align;
    } controls[MESSAGES];
    for (int round = 0; round < SOCKET_READS; round++) {
        for (int i = 0; i < MESSAGES; i++) {
            vectors[i] = (struct iovec){buffers[i], sizeof buffers[i]};
            messages[i].msg_hdr = (struct msghdr){.msg_iov = &vectors[i],
                                                  .msg_iovlen = 1,
                                                  .msg_control = controls[i].space,
                                                  .msg_controllen = sizeof controls[i].space};
        }
        int received = recvmmsg(udp, messages, MESSAGES, 0, NULL);
        for (int i = 0; i < received; i++) {
            int length = messages[i].msg_len, segment = length;
            struct cmsghdr *control = CMSG_FIRSTHDR(&messages[i].msg_hdr);
            if (control && control->cmsg_level == IPPROTO_UDP && control->cmsg_type == UDP_GRO) {
                memcpy(&segment, CMSG_DATA(control), sizeof segment);
            }
            for (int at = 0; at < length; at += segment) {
                int size = length - at < segment ? length - at : segment;
                if (size > HEADER + TAG && opens(buffers[i] + at, size - HEADER - TAG)) {
                    packet_in(buffers[i] + at + HEADER, size - HEADER - TAG);
                }
            }
        }
        write_held(); /* its pieces lie in the buffers, which are about to be filled again */
        if (received < MESSAGES) {
            return;
        }
    }
}



static void open_device(const char *name) {
    tun = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
    struct ifreq request = {.ifr_flags = IFF_TUN | IFF_NO_PI | IFF_VNET_HDR};
    strncpy(request.ifr_name, name, IFNAMSIZ - 1);
    if (tun < 0 || ioctl(tun, TUNSETIFF, &request) < 0 || ioctl(tun, TUNSETPERSIST, 0) < 0) {
        fail("TUN device");
    }
    unsigned tcp = TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6;
    if (ioctl(tun, TUNSETOFFLOAD, tcp) < 0) {
        fail("TUNSETOFFLOAD");
    }
    if (ioctl(tun, TUNSETOFFLOAD, tcp | TUN_F_USO4 | TUN_F_USO6) < 0) {
        fprintf(stderr, "no USO on this kernel\n");
    }
}

static void open_socket(const char *address, int port) {
    peer = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(port)};
    if (inet_pton(AF_INET, address, &peer.sin_addr) != 1) {
        fail(address);
    }
    struct sockaddr_in local = {.sin_family = AF_INET, .sin_port = htons(port)};
    udp = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    int on = 1, bytes = BUFFER_BYTES;
    if (udp < 0 || setsockopt(udp, IPPROTO_UDP, UDP_GRO, &on, sizeof on) < 0
        || setsockopt(udp, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof bytes) < 0
        || setsockopt(udp, SOL_SOCKET, SO_SNDBUFFORCE, &bytes, sizeof bytes) < 0
        || bind(udp, (struct sockaddr *)&local, sizeof local) < 0) {
        fail("UDP socket");
    }
}

int main(int count, char **arguments) {
    int sealing = count == 5 && strcmp(arguments[4], "seal") == 0;
    if (count != 4 && !sealing) {
        fprintf(stderr, "usage: bound DEVICE PEER-IPV4 PORT [seal]\n");
        return 2;
    }
    if (sealing) {
        load_cipher();
    }
    open_device(arguments[1]);
    open_socket(arguments[2], atoi(arguments[3]));
    struct pollfd ready[] = {{tun, POLLIN, 0}, {udp, POLLIN, 0}};
    for (;;) {
        if (poll(ready, 2, -1) < 0 && errno != EINTR) {
            fail("poll");
        }
        if (ready[0].revents) {
            device_to_socket();
        }
        if (ready[1].revents) {
            socket_to_device();
        }
    }
}
