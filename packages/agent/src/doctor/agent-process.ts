/** The agent's process and its user, as proc(5) knows them. */
import { lstat, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Finding, note, type Site } from './check.ts'

export interface AgentUser {
  readonly uid: number
  /** Its own and all others. */
  readonly gids: readonly number[]
}

/** Of a running agent; without one nothing is wrong, only unknown. */
export async function ofAgent(
  { pid, procFolder }: Site,
  look: (folder: string) => Promise<Finding>,
): Promise<Finding> {
  if (pid === undefined) return note('the agent does not run', 'start it and ask again')
  return look(join(procFolder, String(pid)))
}

/** Who runs the agent; who owns its data when it does not run; undefined before its first start. */
export async function findAgentUser(site: Site): Promise<AgentUser | undefined> {
  const { pid, procFolder, settings } = site
  if (pid !== undefined) return userOf(join(procFolder, String(pid)))
  const found = await lstat(settings.dataFolder).catch(() => undefined)
  return found && { uid: found.uid, gids: [found.gid] }
}

/** Not the owner of the folder in /proc: that is root as soon as a process may not be dumped. */
export async function userOf(processFolder: string): Promise<AgentUser> {
  const status = await readFile(join(processFolder, 'status'), 'utf8')
  const numbers = (name: string) => {
    const line = new RegExp(`^${name}:(.*)$`, 'm').exec(status)?.[1] ?? ''
    return line.trim().split(/\s+/).filter(Boolean).map(Number)
  }
  // Real, effective, saved, file system.
  const [, uid] = numbers('Uid')
  if (uid === undefined) throw new Error(`${processFolder}/status names no user`)
  return { uid, gids: [...new Set([...numbers('Gid'), ...numbers('Groups')])] }
}
