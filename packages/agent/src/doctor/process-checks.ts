/** How the agent's process runs: proc(5) knows. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { knownHoles } from '@fleetward/platform'
import { FileRecordStore } from '../adapters/file-record-store.ts'
import type { Settings } from '../settings.ts'
import { ofAgent } from './agent-process.ts'
import { type Check, note, ok, warning, wrong } from './check.ts'
import { canonicalHost, type Listening, listeningOf } from './listening.ts'

const LOOPBACK = ['127.0.0.1', '[::1]']

export const processChecks: readonly Check[] = [
  {
    id: 'node-patched',
    what: 'The Node.js that runs the agent has no known holes.',
    why: 'It reads what comes from the network.',
    look: async ({ nodeVersion, settings }) => {
      const holes = knownHoles(nodeVersion)
      if (holes.length === 0) return ok(nodeVersion)
      const seen = `${nodeVersion}: ${holes.join(', ')}`
      const next = 'install 26.12.1, 24.22.1, 22.23.4 or newer'
      return settings.production ? wrong(seen, next) : note(seen, next)
    },
  },
  {
    id: 'production-mode',
    what: 'The settings say that this is a device in the field.',
    why: 'Only then a Node.js with known holes is refused and the agent’s own files are compared.',
    look: async ({ settings }) =>
      settings.production
        ? ok('production')
        : note('not production', 'set "production": true before devices leave the factory'),
  },
  {
    id: 'no-core-dumps',
    what: 'A crash of the agent leaves no image of its memory.',
    why: 'The device’s key would be in it.',
    look: (site) =>
      ofAgent(site, async (folder) => {
        const limits = await readFile(join(folder, 'limits'), 'utf8')
        const soft = /^Max core file size\s+(\S+)/m.exec(limits)?.[1] ?? 'unknown'
        if (soft !== '0')
          return warning(`core files up to ${soft} bytes`, 'LimitCORE=0 in the unit')
        const pattern = await readFile(join(site.procFolder, 'sys/kernel/core_pattern'), 'utf8')
        // core(5): a program that is handed the image is not held by the limit; systemd's holds itself to it.
        if (!pattern.startsWith('|') || pattern.includes('systemd-coredump')) {
          return ok('switched off')
        }
        const program = pattern.slice(1).trim().split(' ')[0]
        return warning(
          `${program} gets it whatever the limit is`,
          'sysctl -w kernel.core_pattern=core',
        )
      }),
  },
  {
    id: 'watched-by-systemd',
    what: 'A service manager starts the agent again when it hangs.',
    why: 'A device whose agent hangs gets no updates any more.',
    look: (site) =>
      ofAgent(site, async (folder) => {
        const environment = await readFile(join(folder, 'environ'), 'utf8')
        const value = (name: string) =>
          environment
            .split('\0')
            .find((line) => line.startsWith(`${name}=`))
            ?.slice(name.length + 1)
        if (value('NOTIFY_SOCKET') === undefined) {
          return note(
            'not started by systemd',
            'use the unit that is shipped, or watch it yourself',
          )
        }
        const { WATCHDOG_USEC = '0', WATCHDOG_PID = String(site.pid) } = {
          WATCHDOG_USEC: value('WATCHDOG_USEC'),
          WATCHDOG_PID: value('WATCHDOG_PID'),
        }
        const seconds = Number(WATCHDOG_USEC) / 1_000_000
        if (seconds > 0 && WATCHDOG_PID === String(site.pid)) return ok(`within ${seconds} s`)
        return warning('systemd does not watch it', 'WatchdogSec=3min in the unit')
      }),
  },
  {
    id: 'listens-nowhere-else',
    what: 'The agent listens on the addresses of the owner’s page alone.',
    why: 'Every other door is one nobody knows of (CRA P-087).',
    look: (site) =>
      ofAgent(site, async (folder) => {
        const listening = await listeningOf(folder)
        const isAllowed = await pageAddresses(site.settings)
        const others = listening.filter((at) => !isAllowed(at))
        if (others.length > 0) {
          return wrong(others.map(written).join(', '), 'find out what listens there: ss -ltnp')
        }
        return ok(listening.map(written).join(', ') || 'nothing')
      }),
  },
]

/** Port 0 lets the system choose: then the address alone is compared. */
async function pageAddresses({ page, dataFolder }: Settings): Promise<(at: Listening) => boolean> {
  const record = await new FileRecordStore(dataFolder).load().catch(() => undefined)
  // What the owner did not decide, the factory settings say: they may allow it.
  const mayListen = record?.owner?.pageLocalNetwork !== false
  const { localNetwork } = page
  const network = canonicalHost(localNetwork.address)
  const isPort = (port: number, allowed: number) => allowed === 0 || port === allowed
  return ({ host, port }) =>
    (LOOPBACK.includes(host) && isPort(port, page.port)) ||
    (mayListen && host === network && isPort(port, localNetwork.port))
}

const written = ({ host, port }: Listening) => `${host}:${port}`
