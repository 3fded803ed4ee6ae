package dev.pharos.agent.dataplane;

import dev.pharos.protocol.noise.CipherSuite;
import dev.pharos.protocol.noise.TransportCipher;
import dev.pharos.protocol.noise.TransportCipherFactory;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** The JDK's ciphers, each of which complains when a counter comes back, or when two threads use it. */
final class OneOwnerCiphers implements TransportCipherFactory {
    private final Consumer<String> complaints;
    private final AtomicLong sealed = new AtomicLong();

    OneOwnerCiphers(Consumer<String> complaints) {
        this.complaints = complaints;
    }

    /** How many packets were sealed. */
    long sealed() {
        return sealed.get();
    }

    @Override
    public TransportCipher create(CipherSuite suite, byte[] key) {
        TransportCipher cipher = TransportCipherFactory.JCE.create(suite, key);
        AtomicLong owner = new AtomicLong();
        AtomicLong last = new AtomicLong(2);
        return new TransportCipher() {
            @Override
            public void seal(
                    long counter, byte[] buffer, int aadOffset, int aadLength, int textOffset, int textLength) {
                belongs();
                sealed.incrementAndGet();
                if (last.getAndSet(counter) != counter - 1) {
                    complaints.accept("counter " + counter + " does not follow the one before");
                }
                cipher.seal(counter, buffer, aadOffset, aadLength, textOffset, textLength);
            }

            @Override
            public boolean open(
                    long counter, byte[] buffer, int aadOffset, int aadLength, int textOffset, int sealedLength) {
                belongs();
                return cipher.open(counter, buffer, aadOffset, aadLength, textOffset, sealedLength);
            }

            private void belongs() {
                long thread = Thread.currentThread().threadId();
                owner.compareAndSet(0, thread);
                if (owner.get() != thread) {
                    complaints.accept(Thread.currentThread().getName() + " uses what belongs to another thread");
                }
            }
        };
    }
}
