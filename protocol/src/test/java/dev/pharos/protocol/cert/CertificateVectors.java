package dev.pharos.protocol.cert;

import dev.pharos.protocol.MalformedException;
import java.util.HexFormat;

/** Certificates that nebula-cert 1.11.0 made (facts, nebula-protocol 21). */
final class CertificateVectors {
    static final String V1_HOST =
            "0a620a026e32120982808c538080fcff0f22016128c0ef90d80630a7f4c0ee073a203ee2ddd60cf846b49d00"
                + "ed6c86dc03dea7e43725f377af2746b182d2a1c0e67a4a2010cb29506e7d913e0665bbd58ce37d992765c54a18f0487fceac0b56904f89"
                + "ce124078c8272711c7f60fb5704f04950e163c7e8be846279cea18f812cf60adc83c42e4be61908a59e26faae19640fdd861feabf02ad5"
                + "bc1ce39b1586d86802d3c809";
    static final String V1_HANDSHAKE =
            "0a400a026e32120982808c538080fcff0f22016128c0ef90d80630a7f4c0ee074a2010cb29506e7d913e"
                + "0665bbd58ce37d992765c54a18f0487fceac0b56904f89ce124078c8272711c7f60fb5704f04950e163c7e8be846279cea18f812cf60ad"
                + "c83c42e4be61908a59e26faae19640fdd861feabf02ad5bc1ce39b1586d86802d3c809";
    static final String V1_FINGERPRINT = "9b8382078ea00c98eb1a8dc419e10b76ed5e5de70026f8dc208873336397f111";
    static final String V2_HOST =
            "3081bda05780026e32a11a04050a630002100411fd00009900000000000000000000000240a3070c01610c027a"
                + "7a85046b0437c086047dd03a27872028ed4403d8b8c9a0e03d8ff4462b5f95c04d26a8b162470039a7d42c157225c782203ee2ddd60cf8"
                + "46b49d00ed6c86dc03dea7e43725f377af2746b182d2a1c0e67a8340c644e5f9a8a08bbff21510f7d791e047fb46bdda3a89dabf195af1"
                + "cc0cd0082860ffede6a0bfa7b6e158ed96a6a59a8ad7d50f6c1531720385dc2f715e5ab60e";
    static final String V2_HANDSHAKE =
            "30819ba05780026e32a11a04050a630002100411fd00009900000000000000000000000240a3070c0161"
                + "0c027a7a85046b0437c086047dd03a27872028ed4403d8b8c9a0e03d8ff4462b5f95c04d26a8b162470039a7d42c157225c78340c644e5"
                + "f9a8a08bbff21510f7d791e047fb46bdda3a89dabf195af1cc0cd0082860ffede6a0bfa7b6e158ed96a6a59a8ad7d50f6c1531720385dc"
                + "2f715e5ab60e";
    static final String V2_FINGERPRINT = "674ecbf76808be53f6228806a3056d99abf7948040601687b1cdec45223f727a";
    static final String V1_CA =
            "0a5b0a09546573744341207631120980808c538080fcff0f1a0a8080a0850c8080fcff0f22016122016222016328"
                + "a8ee90d80630a8f4c0ee073a20598c300344a03d2319bd6623b144d7da7b582c8b72a0ccfe573adc3525235b3640011240197b00072d97"
                + "50d34f8068723696ff002eca37699485b3a31b6769b3fe7c2dfa5401eae618c7bb828d75cc4772f4f963f786003843ea1597b30c316eea"
                + "c97604";
    static final String V2_CA =
            "308180a01a80095465737443412076328401ff85046b04372886047dd03a2882205d83299e370c1afa13bbb97c40"
                + "ac5cb36b58ae862e92a9dc702e06adf674c6cf834054d7bddbe482477821f86a59c829b3829bf56196fc3ce2ed24d2fd58e9e136f32e15"
                + "c64c87dc40fc9497e84df15b59bdf96662b0065c5d291d6192f41a525e01";

    private CertificateVectors() {}

    static Certificate v1Host() throws MalformedException {
        return Certificate.parse(CertificateVersion.V1, unhex(V1_HOST));
    }

    static Certificate v2Host() throws MalformedException {
        return Certificate.parse(CertificateVersion.V2, unhex(V2_HOST));
    }

    static Certificate v1Ca() throws MalformedException {
        return Certificate.parse(CertificateVersion.V1, unhex(V1_CA));
    }

    static Certificate v2Ca() throws MalformedException {
        return Certificate.parse(CertificateVersion.V2, unhex(V2_CA));
    }

    static byte[] unhex(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
