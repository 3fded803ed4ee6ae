package dev.pharos.agent.cli;

import dev.pharos.agent.AgentVersion;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        return new String[] {"pharos-agent " + AgentVersion.current() + " (" + AgentVersion.platform() + ")"};
    }
}
