/** How the agent's process runs: proc(5) knows. */
import { readdir, readFile, readlink, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { knownHoles } from '@fleetward/platform'
import { type Check, type Finding, note, ok, type Site, wrong } from './check.ts'

/** TCP_LISTEN in the kernel's table, tcp_states.h. */
const LISTEN = '0A'

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
    id: 'agent-unprivileged',
    what: 'The process with the network does not run as root.',
    why: 'Whoever takes it over would own the machine (CRA P-084).',
    look: (site) =>
      ofAgent(site, async (folder) => {
        const { uid } = await stat(folder)
        if (uid !== 0) return ok(`user ${uid}`)
        return site.settings.privileges === undefined
          ? note('runs as root, as one process', 'see docs/integrating/privileges.md')
          : wrong('runs as root', 'run it as a user of its own, as the shipped unit does')
      }),
  },
  {
    id: 'no-core-dumps',
    what: 'A crash of the agent leaves no image of its memory.',
    why: 'The device’s key would be in it.',
    look: (site) =>
      ofAgent(site, async (folder) => {
        const limits = await readFile(join(folder, 'limits'), 'utf8')
        const soft = /^Max core file size\s+(\S+)/m.exec(limits)?.[1] ?? 'unknown'
        if (soft === '0') return ok('switched off')
        return note(`core files up to ${soft} bytes`, 'LimitCORE=0 in the unit')
      }),
  },
  {
    id: 'listens-nowhere-else',
    what: 'The agent listens on the addresses of the owner’s page alone.',
    why: 'Every other door is one nobody knows of (CRA P-087).',
    look: (site) =>
      ofAgent(site, async (folder) => {
        const { page } = site.settings
        // Port 0 lets the system choose, and nobody can say beforehand what.
        if (page.port === 0) return ok('page.port is 0: not compared')
        const allowed = [page.port, page.localNetwork.port]
        const ports = await listeningPorts(folder)
        const others = ports.filter((port) => !allowed.includes(port))
        if (others.length === 0) return ok(ports.length === 0 ? 'nothing' : ports.join(', '))
        return wrong(`port ${others.join(', ')}`, 'find out what listens there: ss -ltnp')
      }),
  },
]

async function ofAgent(
  { pid, procFolder }: Site,
  look: (folder: string) => Promise<Finding>,
): Promise<Finding> {
  if (pid === undefined) return note('the agent does not run', 'start it and ask again')
  return look(join(procFolder, String(pid)))
}

/** TCP ports on which this process listens, over IPv4 and IPv6. */
async function listeningPorts(folder: string): Promise<number[]> {
  const links = await Promise.all(
    (await readdir(join(folder, 'fd'))).map((fd) =>
      readlink(join(folder, 'fd', fd)).catch(() => ''),
    ),
  )
  const own = new Set(links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []))
  const tables = await Promise.all(
    ['tcp', 'tcp6'].map((name) => readFile(join(folder, 'net', name), 'utf8').catch(() => '')),
  )
  const ports = tables.flatMap((table) =>
    table.split('\n').flatMap((line) => {
      const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/)
      if (state !== LISTEN || !own.has(inode)) return []
      return Number.parseInt(local.split(':').at(-1) ?? '', 16)
    }),
  )
  return [...new Set(ports)].toSorted((a, b) => a - b)
}
