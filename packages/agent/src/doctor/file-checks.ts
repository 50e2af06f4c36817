/** The agent's files: whose they are, and who may change or read them. */
import { lstat, stat } from 'node:fs/promises'
import { foldersIn } from '../data-folder/folders.ts'
import { installationPlaces } from '../data-folder/installation-places.ts'
import { FactoryPackError, loadFactoryPack } from '../enrolment/factory-pack.ts'
import { type AgentUser, findAgentUser } from './agent-process.ts'
import { type Check, type Finding, note, ok, type Site, wrong } from './check.ts'
import {
  type Entry,
  entriesOf,
  findExchangeable,
  OTHERS_MAY_DO_ANYTHING,
  OTHERS_MAY_WRITE,
  protectedFrom,
  WORLD_MAY_WRITE,
  withTargets,
} from './protection.ts'

export const fileChecks: readonly Check[] = [
  {
    id: 'settings-protected',
    what: 'The settings file can be changed by root or the agent alone.',
    why: 'It says which factory pack counts and what runs as the self-test.',
    look: (site) => trusted(site, site.settings.file, 'chmod go-w', 'chown root'),
  },
  {
    id: 'factory-pack-protected',
    what: 'The factory pack can be changed by root or the agent alone.',
    why: 'Whoever changes root.json decides what this device installs.',
    look: (site) => trusted(site, site.settings.factoryPack, 'chmod -R go-w', 'chown -hR root'),
  },
  {
    id: 'factory-pack-readable',
    what: 'The agent can read the whole factory pack.',
    why: 'Without it the agent does not start.',
    look: (site) => readable(site),
  },
  {
    id: 'data-folder-private',
    what: 'Nobody but the agent’s user enters the data folder.',
    why: 'The device’s key, its state and its downloads lie there.',
    look: (site) => {
      const { dataFolder } = site.settings
      return agentsOwn(site, dataFolder, `chmod 0700 ${dataFolder}`, justThis(dataFolder))
    },
  },
  {
    id: 'device-key-private',
    what: 'Nobody but the agent’s user reads the device’s key.',
    why: 'Whoever has it is this device to the server.',
    look: (site) => {
      const { identity } = foldersIn(site.settings.dataFolder)
      return agentsOwn(site, identity, `chmod -R go-rwx ${identity}`, entriesOf(identity))
    },
  },
  {
    id: 'slots-protected',
    what: 'Nobody but who writes the slots may change them.',
    why: 'What runs would no longer be what was verified.',
    look: ({ settings }) => {
      const { slots } = installationPlaces(settings)
      const rule = { forbidden: OTHERS_MAY_WRITE, remedy: `chmod -R go-w ${slots}` }
      return protectedFrom(entriesOf(slots), rule)
    },
  },
  {
    id: 'folders-closed',
    what: 'Nothing in the agent’s own folders can be written by everybody.',
    why: 'A program without rights would leave its traces in what the agent trusts.',
    look: async ({ settings }) => {
      const { dataFolder, privileges, ownersData } = settings
      // What the product keeps for its owner is the product's to guard.
      for (const folder of [dataFolder, ...(privileges ? [privileges.dataFolder] : [])]) {
        const rule = { forbidden: WORLD_MAY_WRITE, remedy: `chmod -R o-w ${folder}` }
        const found = await protectedFrom(entriesOf(folder, ownersData.folder), rule)
        if (found.level !== 'ok') return found
      }
      return ok(privileges === undefined ? dataFolder : `${dataFolder}, ${privileges.dataFolder}`)
    },
  },
]

/** With two processes, the privileged one goes by these files: the network's user may not change them. */
async function trusted(site: Site, path: string, mode: string, owner: string): Promise<Finding> {
  await lstat(path)
  const owners = await trustedOwners(site)
  const remedy = `${owner} ${path} && ${mode} ${path}`
  const found = await protectedFrom(withTargets(entriesOf(path)), {
    ...{ forbidden: OTHERS_MAY_WRITE, owners, remedy },
  })
  return found.level === 'ok' ? ((await findExchangeable(path, owners)) ?? ok(path)) : found
}

async function trustedOwners(site: Site): Promise<readonly number[] | undefined> {
  const { privileges } = site.settings
  if (privileges === undefined) {
    const agent = await findAgentUser(site)
    return agent && [0, agent.uid]
  }
  const installer = await lstat(privileges.dataFolder).catch(() => undefined)
  return [0, ...(installer === undefined ? [] : [installer.uid])]
}

async function agentsOwn(
  site: Site,
  path: string,
  chmod: string,
  entries: AsyncIterable<Entry>,
): Promise<Finding> {
  if ((await lstat(path).catch(absent)) === undefined) {
    return note(`${path} is not there yet`, 'start the agent and ask again')
  }
  const agent = await findAgentUser(site)
  const chown = agent === undefined ? '' : ` && chown -hR ${agent.uid} ${path}`
  const rule = { forbidden: OTHERS_MAY_DO_ANYTHING, remedy: `${chmod}${chown}` }
  const found = await protectedFrom(entries, { ...rule, owners: agent && [agent.uid] })
  return found.level === 'ok' ? ok(path) : found
}

async function readable(site: Site): Promise<Finding> {
  const { factoryPack } = site.settings
  try {
    await loadFactoryPack(factoryPack)
  } catch (error) {
    if (!(error instanceof FactoryPackError)) throw error
    return wrong(error.mistakes.join('; '), 'make a new one: fleetward factory pack --help')
  }
  const agent = await findAgentUser(site)
  if (agent === undefined) return note('complete', 'start the agent and ask again')
  for await (const entry of withTargets(entriesOf(factoryPack))) {
    if (mayRead(agent, entry)) continue
    const next = `chgrp -hR ${agent.gids[0]} ${factoryPack} && chmod -R g+rX ${factoryPack}`
    return wrong(`user ${agent.uid} cannot read ${entry.path}`, next)
  }
  return ok(factoryPack)
}

function mayRead({ uid, gids }: AgentUser, { stats }: Entry): boolean {
  if (uid === 0) return true
  const needed = stats.isDirectory() ? 0o5 : 0o4
  const shift = stats.uid === uid ? 6 : gids.includes(stats.gid) ? 3 : 0
  return ((stats.mode >> shift) & needed) === needed
}

async function* justThis(path: string): AsyncGenerator<Entry> {
  yield { path, stats: await stat(path) }
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
}
