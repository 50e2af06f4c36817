/** A slot that holds the agent itself beside a product as small as one can be. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type DeskRelease, PRODUCT } from '../../../packages/server/test/support/desk.ts'
import { slotArtifact, type TestFile, text } from '../../support/slot-artifact.ts'

export const AGENT_IN_SLOT = 'agent/fleetward-agent.mjs'
export const EXECUTABLE_IN_SLOT = 'agent/fleetward-agent'

/** Agents that an update must not leave a device with. */
const BROKEN = {
  crashes: 'process.exit(70)\n',
  isKilled: 'process.kill(process.pid, "SIGSEGV"); setInterval(() => {}, 1000)\n',
  doesNotParse: 'this is no program\n',
  hangs: 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000)\n',
}

export interface SelfFirmwarePlan {
  readonly version: string
  readonly securityCounter: number
  /** A folder that bundleAgent() has filled, what buildExecutable() has made, or what is wrong with the agent. */
  readonly agent:
    | { readonly folder: string }
    | { readonly executable: string }
    | keyof typeof BROKEN
}

export function selfFirmware({ version, securityCounter, agent }: SelfFirmwarePlan): DeskRelease {
  const files = [
    ...agentFiles(agent),
    { path: 'main.cjs', bytes: text('setInterval(() => {}, 1_000_000)\n') },
    { path: 'self-test.cjs', bytes: text('process.exit(0)\n') },
  ].sort((a, b) => (a.path < b.path ? -1 : 1))
  const { bytes, release } = slotArtifact({
    ...{ product: PRODUCT, version, format: 'tar.zst', files },
    // With a single executable, the Node.js on PATH.
    start: ['node', 'main.cjs'],
    selfTest: ['node', 'self-test.cjs'],
  })
  const { installedSize } = release
  return { version, kind: 'security', artifact: bytes, installedSize, securityCounter }
}

function agentFiles(agent: SelfFirmwarePlan['agent']): TestFile[] {
  if (typeof agent === 'string') return [{ path: AGENT_IN_SLOT, bytes: text(BROKEN[agent]) }]
  if ('executable' in agent) {
    const bytes = readFileSync(agent.executable)
    return [{ path: EXECUTABLE_IN_SLOT, bytes, executable: true }]
  }
  return filesBelow(agent.folder).map((path) => ({
    path: `agent/${path}`,
    bytes: readFileSync(join(agent.folder, path)),
  }))
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
}
