/** What a unit file says, as far as tests hold the shipped units against what else is shipped. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const UNITS = fileURLToPath(new URL('.', import.meta.url))

export const unitNames = (): readonly string[] =>
  readdirSync(UNITS).filter((name) => name.endsWith('.service'))

export class UnitFile {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }

  static shipped(name: string): UnitFile {
    return new UnitFile(readFileSync(join(UNITS, name), 'utf8'))
  }

  /** In their order; most can stand several times. */
  all(setting: string): readonly string[] {
    return [...this.text.matchAll(new RegExp(`^${setting}=(.*)$`, 'gm'))].map(
      ([, value = '']) => value,
    )
  }

  one(setting: string): string {
    const values = this.all(setting)
    if (values.length !== 1) throw new Error(`${setting} stands ${values.length} times`)
    return values[0] as string
  }

  /** The system calls that SystemCallFilter= leaves; `groups` as `systemd-analyze syscall-filter` lists them. */
  allowedCalls(groups: ReadonlyMap<string, readonly string[]>): ReadonlySet<string> {
    const expand = (name: string): readonly string[] =>
      name.startsWith('@') ? (groups.get(name) ?? []).flatMap(expand) : [name]
    const allowed = new Set<string>()
    for (const line of this.all('SystemCallFilter')) {
      const names = line.replace(/^~/, '').split(' ').flatMap(expand)
      for (const name of names) line.startsWith('~') ? allowed.delete(name) : allowed.add(name)
    }
    return new Set([...allowed, ...expand('@default')])
  }
}

/** From the output of `systemd-analyze syscall-filter`. */
export function callGroups(output: string): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>()
  let group: string[] = []
  for (const line of output.split('\n')) {
    const name = line.trim()
    if (line.startsWith('@')) {
      group = []
      groups.set(name, group)
    } else if (name !== '' && !name.startsWith('#')) group.push(name)
  }
  return groups
}
