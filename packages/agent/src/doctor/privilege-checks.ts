/** Whether a process that was taken over from the network stays in its place (CRA P-084). */
import type { Stats } from 'node:fs'
import { lstat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { installationPlaces } from '../data-folder/installation-places.ts'
import { findAgentUser, ofAgent, userOf } from './agent-process.ts'
import { type Check, type Finding, note, ok, type Site, warning, wrong } from './check.ts'
import { modeOf } from './protection.ts'

const ONE_PROCESS = ok('one process does everything')
const BY_THE_UNIT = 'systemctl restart fleetward-installer, with the unit that is shipped'

export const privilegeChecks: readonly Check[] = [
  {
    id: 'agent-unprivileged',
    what: 'The process with the network does not run as root.',
    why: 'Whoever takes it over would own the machine (CRA P-084).',
    look: (site) =>
      ofAgent(site, async (folder) => {
        const { uid } = await userOf(folder)
        const { privileges, production } = site.settings
        if (uid !== 0) return ok(`user ${uid}`)
        if (privileges !== undefined) {
          return wrong('runs as root', 'run it as a user of its own, as the shipped unit does')
        }
        const seen = 'runs as root, as one process'
        const next = 'see docs/integrating/privileges.md'
        return production ? warning(seen, next) : note(seen, next)
      }),
  },
  {
    id: 'slots-apart',
    what: 'With two processes, the one with the network cannot write the slots.',
    why: 'It could put something there that was never verified.',
    look: async (site) => {
      const { settings } = site
      if (settings.privileges === undefined) return ONE_PROCESS
      const agent = await findAgentUser(site)
      if (agent === undefined)
        return note('no user to compare with', 'start the agent and ask again')
      // That root may do everything is the finding of agent-unprivileged.
      if (agent.uid === 0) return ok('not compared: the agent is root')
      const { folder, slots } = installationPlaces(settings)
      for (const path of [folder, slots]) {
        const found = await lstat(path)
        const byGroup = agent.gids.includes(found.gid) && (found.mode & 0o020) !== 0
        const mayWrite = found.uid === agent.uid || byGroup || (found.mode & 0o002) !== 0
        if (!mayWrite) continue
        const next = `chown -hR root ${folder} && chmod -R go-w ${folder}`
        return wrong(`user ${agent.uid} may write ${path} (${modeOf(found)})`, next)
      }
      return ok(`user ${agent.uid} cannot`)
    },
  },
  {
    id: 'installer-socket-apart',
    what: 'Nobody but the agent’s group reaches the privileged process, and nobody takes its place.',
    why: 'Every other user of the machine could start installations, or pretend to make them.',
    look: (site) => installerSocket(site),
  },
]

async function installerSocket(site: Site): Promise<Finding> {
  const { privileges } = site.settings
  if (privileges === undefined) return ONE_PROCESS
  const folder = dirname(privileges.socket)
  const [around, socket, own] = await Promise.all(
    [folder, privileges.socket, privileges.dataFolder].map(find),
  )
  if (around === undefined || socket === undefined) {
    return note('the privileged process does not listen', 'start fleetward-installer and ask again')
  }
  if ((around.mode & 0o027) !== 0) return wrong(`${folder} has mode ${modeOf(around)}`, BY_THE_UNIT)
  if (!socket.isSocket()) return wrong(`${privileges.socket} is no socket`, BY_THE_UNIT)
  if ((socket.mode & 0o007) !== 0) {
    return wrong(`${privileges.socket} has mode ${modeOf(socket)}`, BY_THE_UNIT)
  }
  const owners = [0, ...(own === undefined ? [] : [own.uid])]
  const foreign = [around, socket].find(({ uid }) => !owners.includes(uid))
  if (foreign === undefined) return ok(`${folder}, ${modeOf(around)}`)
  return wrong(`${folder} or its socket belongs to user ${foreign.uid}`, BY_THE_UNIT)
}

async function find(path: string): Promise<Stats | undefined> {
  return lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
}
