package dev.pharos.protocol.cert;

import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.protobuf.ProtobufReader;

/** The protobuf of an encrypted CA key: {1: {1: algorithm, 2: argon2}, 2: ciphertext}. */
final class EncryptedCaKeyFields {
    String algorithm = "";
    int version;
    int memoryKiB;
    int iterations;
    int parallelism;
    byte[] salt = new byte[0];
    byte[] ciphertext = new byte[0];

    private EncryptedCaKeyFields() {}

    static EncryptedCaKeyFields read(ProtobufReader reader) throws MalformedException {
        EncryptedCaKeyFields fields = new EncryptedCaKeyFields();
        while (reader.next()) {
            switch (reader.field()) {
                case 1 -> fields.readMetadata(reader.message());
                case 2 -> fields.ciphertext = reader.bytes();
                default -> {}
            }
        }
        return fields;
    }

    private void readMetadata(ProtobufReader reader) throws MalformedException {
        while (reader.next()) {
            switch (reader.field()) {
                case 1 -> algorithm = reader.string();
                case 2 -> readArgon2(reader.message());
                default -> {}
            }
        }
    }

    private void readArgon2(ProtobufReader reader) throws MalformedException {
        while (reader.next()) {
            switch (reader.field()) {
                case 1 -> version = reader.uint32();
                case 2 -> memoryKiB = reader.uint32();
                case 3 -> iterations = reader.uint32();
                case 4 -> parallelism = reader.uint32();
                case 5 -> salt = reader.bytes();
                default -> {}
            }
        }
    }
}
