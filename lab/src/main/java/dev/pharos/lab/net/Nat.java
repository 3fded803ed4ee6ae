package dev.pharos.lab.net;

/** How a router translates the source of what leaves through its device {@code wan}. */
public sealed interface Nat {
    /** Nftables statements for the table {@code nat} of a router whose outer device is {@code wan}. */
    String rules();

    /** One outer port for each inner one, kept where possible; answers only from where something was sent to. */
    record PortRestrictedCone() implements Nat {
        @Override
        public String rules() {
            return masquerade("");
        }
    }

    /** One outer port for each inner one, and anybody may send to it for five minutes after it was last used. */
    record FullCone() implements Nat {
        @Override
        public String rules() {
            return """
                map mappings {
                  type inet_service : ipv4_addr . inet_service
                  flags dynamic,timeout
                  timeout 5m
                }
                chain learn {
                  type filter hook postrouting priority 99
                  oifname "wan" meta l4proto udp update @mappings { udp sport : ip saddr . udp sport }
                }
                chain inwards {
                  type nat hook prerouting priority -100
                  iifname "wan" meta l4proto udp dnat ip to udp dport map @mappings
                }
                """ + masquerade("");
        }
    }

    /** Another random outer port for every destination: carrier-grade NAT at its worst. */
    record Symmetric() implements Nat {
        @Override
        public String rules() {
            return masquerade(" fully-random");
        }
    }

    /** A {@link PortRestrictedCone} with one UDP port that is passed to a machine inside. */
    record Forwarding(int port, String inner) implements Nat {
        @Override
        public String rules() {
            return """
                chain inwards {
                  type nat hook prerouting priority -100
                  iifname "wan" udp dport %d dnat ip to %s:%d
                }
                """.formatted(port, inner, port) + masquerade("");
        }
    }

    private static String masquerade(String how) {
        return """
            chain outwards {
              type nat hook postrouting priority 100
              oifname "wan" masquerade%s
            }
            """.formatted(how);
    }
}
