/** A device's files and a process table beside it, for the doctor to look at. */
import { chmod, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Finding, Site } from '../../packages/agent/src/doctor/check.ts'
import { CHECKS, examine } from '../../packages/agent/src/doctor/examine.ts'
import { parseSettings } from '../../packages/agent/src/settings.ts'
import { TestAuthority } from './test-certificates.ts'

export const AGENT_PID = 77

export interface DoctorSite {
  readonly folder: string
  /** What the settings file says beside the necessary. */
  site(settings?: object, change?: Partial<Site>): Site
  /** A file of /proc: `77/status`, `sys/kernel/dmesg_restrict`. */
  proc(path: string, contents: string): Promise<void>
  at(...names: string[]): string
  remove(): Promise<void>
}

export async function doctorSite(authority?: TestAuthority): Promise<DoctorSite> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'fleetward-doctor-')))
  const at = (...names: string[]) => join(folder, ...names)
  const procFolder = at('proc')
  const proc = async (path: string, contents: string) => {
    await mkdir(join(procFolder, path, '..'), { recursive: true })
    await writeFile(join(procFolder, path), contents)
  }
  const { pem } = authority ?? (await TestAuthority.create())
  const origin = (scheme: string) => `${scheme}://updates.example:8443`
  const server = { public: origin('https'), device: origin('https'), mqtt: origin('mqtts') }
  const files = {
    'settings.json': '{}',
    'pack/root.json': '{}',
    'pack/server-ca.pem': pem,
    'pack/factory.json': JSON.stringify({ product: 'lumen-g1', cohort: 'pilot', server }),
    'data/identity/key.pem': 'key',
    'data/slots/A/main.js': 'main',
    'data/run/state': 'state',
  }
  for (const name of ['pack', 'data', 'data/identity', 'data/slots', 'data/slots/A', 'data/run']) {
    await mkdir(at(name), { mode: 0o700 })
  }
  for (const [name, contents] of Object.entries(files)) {
    await writeFile(at(name), contents)
    await chmod(at(name), 0o600)
  }
  const uid = process.getuid?.() ?? 0
  const gid = process.getgid?.() ?? 0
  await proc(`${AGENT_PID}/status`, processStatus(uid, gid))
  return {
    ...{ folder, at, proc },
    site: (settings = {}, change = {}) => {
      const necessary = { product: 'lumen-g1', device: 'G1-0001', compatible: 'lumen,g1' }
      const json = { ...necessary, dataFolder: 'data', factoryPack: 'pack', ...settings }
      return {
        settings: parseSettings(Buffer.from(JSON.stringify(json)), at('settings.json')),
        ...{ pid: AGENT_PID, procFolder, nowMs: Date.now(), nodeVersion: 'v26.12.1' },
        ...change,
      }
    },
    remove: () => rm(folder, { recursive: true }),
  }
}

/** As proc(5) has it. */
export function processStatus(uid: number, gid: number): string {
  const four = (id: number) => Array(4).fill(id).join('\t')
  return `Name:\tnode\nUid:\t${four(uid)}\nGid:\t${four(gid)}\nGroups:\t${gid} \n`
}

/** What one check finds. */
export async function finding(id: string, site: Site): Promise<Finding> {
  const [examined] = await examine(
    site,
    CHECKS.filter((check) => check.id === id),
  )
  if (examined === undefined) throw new Error(`there is no check ${id}`)
  const { level, seen, next } = examined
  return { level, seen, ...(next === undefined ? {} : { next }) }
}
