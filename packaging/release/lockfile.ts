/**
 * What Fleetward runs with, out of npm's lockfile (version 3): what its packages ask for, and what those ask for,
 * found as Node.js finds it, from the innermost `node_modules` outwards. What only serves development is not reached.
 */
export interface Locked {
  /** Where it is installed, `node_modules/express`: the same name may be there in two versions. */
  readonly path: string
  readonly name: string
  readonly version: string
  /** Of the archive that npm installs. */
  readonly sha512: string
  /** As its author wrote it. */
  readonly licence: string
  /** Paths. */
  readonly dependsOn: readonly string[]
}

export interface Lock {
  readonly version: string
  readonly packages: readonly Locked[]
  /** Paths of what Fleetward's own packages ask for. */
  readonly direct: readonly string[]
}

interface Entry {
  readonly name?: string
  readonly version?: string
  readonly integrity?: string
  readonly license?: string
  readonly link?: boolean
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}

export class LockfileError extends Error {
  override readonly name = 'LockfileError'
}

export function readLock(text: string): Lock {
  const lock = JSON.parse(text) as { lockfileVersion: number; packages: Record<string, Entry> }
  if (lock.lockfileVersion !== 3) {
    throw new LockfileError(
      `The lockfile has version ${lock.lockfileVersion}; this reads version 3`,
    )
  }
  const entries = new Map(Object.entries(lock.packages))
  const root = entries.get('') ?? {}
  const own = [...entries.keys()].filter((path) => /^packages\/[^/]+$/.test(path))

  const found = new Map<string, Locked>()
  const wanted: string[] = []
  const direct = new Set<string>([
    ...resolved('', root.optionalDependencies),
    ...own.flatMap((path) => resolved(path, asked(entries.get(path) ?? {}))),
  ])
  wanted.push(...direct)
  for (let path = wanted.pop(); path !== undefined; path = wanted.pop()) {
    if (found.has(path)) continue
    const locked = lockedAt(path)
    found.set(path, locked)
    wanted.push(...locked.dependsOn)
  }
  return {
    version: root.version ?? '',
    packages: [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1)),
    direct: [...direct].sort(),
  }

  function lockedAt(path: string): Locked {
    const entry = entries.get(path) ?? {}
    const { version, integrity = '', license } = entry
    const base64 = integrity.split(' ').find((each) => each.startsWith('sha512-'))
    if (version === undefined || base64 === undefined) {
      throw new LockfileError(
        `${path} has no version or no SHA-512 in the lockfile: run npm install`,
      )
    }
    return {
      ...{ path, version, name: entry.name ?? nameIn(path) },
      sha512: Buffer.from(base64.slice('sha512-'.length), 'base64').toString('hex'),
      licence: license ?? '',
      dependsOn: [...new Set(resolved(path, asked(entry)))].sort(),
    }
  }

  /** What is not installed is optional and for another platform, or the lockfile would not have been written. */
  function resolved(from: string, names: Readonly<Record<string, string>> = {}): string[] {
    return Object.keys(names).flatMap((name) => {
      for (let folder = from; ; folder = outwards(folder)) {
        const path = folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`
        const entry = entries.get(path)
        if (entry !== undefined) return entry.link === true ? [] : [path]
        if (folder === '') return []
      }
    })
  }
}

function asked(entry: Entry): Readonly<Record<string, string>> {
  return { ...entry.peerDependencies, ...entry.optionalDependencies, ...entry.dependencies }
}

/** `a/node_modules/b` → `a`; `packages/agent` → the root. */
function outwards(folder: string): string {
  const at = folder.lastIndexOf('/node_modules/')
  return at < 0 ? '' : folder.slice(0, at)
}

function nameIn(path: string): string {
  return path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)
}
