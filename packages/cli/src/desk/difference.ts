/**
 * What changes between the signed metadata and a draft, in sentences: the thing a person reads
 * before they sign. Pure. Nothing may be left out here, because what is not shown is signed unseen:
 * everything the metadata says is compared, and what no sentence covers shows as a field.
 */
import { isDeepStrictEqual } from 'node:util'
import { type Release, type Root, requireRelease, type Targets } from '@fleetward/shared'

export interface Change {
  /** One line; characters that could move the cursor or turn the text around are escaped. */
  readonly text: string
  /** `+` new, `-` gone, `~` changed, `!` worth a second look. */
  readonly mark: '+' | '-' | '~' | '!'
}

/** Names of keys as this desk knows them; a key nobody has named shows its key id. */
export type KeyNames = ReadonlyMap<string, string>

interface RoleKeys {
  readonly keyIds: readonly string[]
  readonly threshold: number
}

export function differenceOfRoot(before: Root | undefined, after: Root, names: KeyNames): Change[] {
  const roles = ['root', 'targets', 'snapshot', 'timestamp'] as const
  return harmless([
    ...versionAndExpiry(before, after),
    ...roles.flatMap((role) =>
      differenceOfRole(role, before?.roles[role], after.roles[role], names),
    ),
  ])
}

export function differenceOfTargets(
  before: Targets | undefined,
  after: Targets,
  names: KeyNames,
  product: string,
): Change[] {
  const rolesBefore = before?.delegations?.roles ?? []
  const rolesAfter = after.delegations?.roles ?? []
  const delegated = [...new Set([...rolesBefore, ...rolesAfter].map(({ name }) => name))]
  return harmless([
    ...versionAndExpiry(before, after),
    ...delegated.flatMap((role) => {
      const old = rolesBefore.find(({ name }) => name === role)
      const current = rolesAfter.find(({ name }) => name === role)
      return [
        ...differenceOfRole(role, old, current, names),
        ...differenceOfScope(role, old, current),
      ]
    }),
    ...differenceOfFiles(before, after, product),
  ])
}

/**
 * A draft comes from somebody else, and its texts with it: a line feed or a terminal sequence in the
 * notes must not be able to write a line of its own here, or to wipe one out.
 */
function harmless(changes: readonly Change[]): Change[] {
  return changes.map(({ mark, text }) => ({
    mark,
    text: text.replace(
      /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
      (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
    ),
  }))
}

function versionAndExpiry(before: Root | Targets | undefined, after: Root | Targets): Change[] {
  const expires = after.expires.toISOString().slice(0, 16).replace('T', ' ')
  return [
    before === undefined
      ? { mark: '+', text: `version ${after.version}, the first one` }
      : { mark: '~', text: `version ${before.version} → ${after.version}` },
    {
      mark: '~',
      text: `expires ${expires} UTC${
        before === undefined ? '' : ` (before: ${before.expires.toISOString().slice(0, 10)})`
      }`,
    },
    ...(before !== undefined && after.expires < before.expires
      ? [{ mark: '!' as const, text: 'expires earlier than what is signed now' }]
      : []),
  ]
}

function differenceOfRole(
  role: string,
  before: RoleKeys | undefined,
  after: RoleKeys | undefined,
  names: KeyNames,
): Change[] {
  const old = before?.keyIds ?? []
  const current = after?.keyIds ?? []
  const nameOf = (keyId: string) => names.get(keyId) ?? `${keyId.slice(0, 16)}… (not of this desk)`
  const changes: Change[] = [
    ...current
      .filter((id) => !old.includes(id))
      .map((id) => ({ mark: '+' as const, text: `${role}: key ${nameOf(id)} may sign` })),
    ...old
      .filter((id) => !current.includes(id))
      .map((id) => ({ mark: '-' as const, text: `${role}: key ${nameOf(id)} may no longer sign` })),
  ]
  if (before === undefined && after !== undefined) {
    changes.push({ mark: '+', text: `${role}: ${after.threshold} of ${current.length} must sign` })
  } else if (after === undefined) {
    changes.push({ mark: '!', text: `${role}: nobody may sign any more` })
  } else if (before?.threshold !== after.threshold || old.length !== current.length) {
    changes.push({
      mark: '~',
      text: `${role}: ${after.threshold} of ${current.length} must sign (before: ${before?.threshold} of ${old.length})`,
    })
  }
  if (before !== undefined && after !== undefined && after.threshold < before.threshold) {
    changes.push({ mark: '!', text: `${role}: fewer people have to agree than before` })
  }
  return changes
}

function differenceOfScope(
  role: string,
  before: { scope: unknown; terminating: boolean } | undefined,
  after: { scope: unknown; terminating: boolean } | undefined,
): Change[] {
  if (after === undefined) return []
  const same =
    isDeepStrictEqual(before?.scope, after.scope) && before?.terminating === after.terminating
  if (same) return []
  const scope = JSON.stringify(after.scope)
  const end = after.terminating ? ', and nobody after it' : ''
  return [{ mark: before === undefined ? '+' : '!', text: `${role}: speaks about ${scope}${end}` }]
}

function differenceOfFiles(before: Targets | undefined, after: Targets, product: string): Change[] {
  const counter = highestCounter(before, product)
  const changes: Change[] = []
  for (const [path, file] of after.targets) {
    const old = before?.targets.get(path)
    if (old !== undefined && isDeepStrictEqual(old, file)) continue
    if (old !== undefined) {
      changes.push({ mark: '!', text: `${path} gets other bytes or another description` })
    }
    changes.push({ mark: '+', text: `${path} (${file.length} bytes)` })
    for (const [algorithm, digest] of file.hashes) {
      if (algorithm === 'sha256') changes.push({ mark: '+', text: `    sha256 ${digest}` })
    }
    if (file.custom === undefined) continue
    const release = requireRelease(file, product)
    changes.push(...describeRelease(release))
    if (release.securityCounter < counter) {
      const text = `security counter ${release.securityCounter} is below ${counter}: devices that have reached ${counter} refuse it`
      changes.push({ mark: '!', text })
    }
  }
  for (const path of before?.targets.keys() ?? []) {
    if (!after.targets.has(path)) changes.push({ mark: '-', text: `${path} is offered no longer` })
  }
  return changes
}

/** All that `custom.fleetward` says (protocol §4.2) except what the lines around it say already. */
function describeRelease(release: Release): Change[] {
  const days = (seconds: number) => `${Math.round((seconds / 86_400) * 10) / 10} days`
  const facts: [string, string | undefined][] = [
    [
      'release',
      `${release.product} ${release.version} (line ${release.line}), kind ${release.kind}`,
    ],
    ['security counter', String(release.securityCounter)],
    ['compatible', release.compatible.join(', ')],
    [
      'installer',
      `${release.installer}, ${release.format}, ${release.installedSize} bytes installed`,
    ],
    ['fixes', release.fixes.join(', ') || 'nothing named'],
    ['advisories', release.advisories.join(', ') || undefined],
    ['continues', release.base],
    ['updates from', release.minimumVersion && `${release.minimumVersion} or newer only`],
    ['combined because', release.combinedReason],
    ['notes', release.notes || undefined],
    [
      'owner may postpone',
      `${days(release.postponeMax)} in total; deadline at least ${days(release.deadlineMin)} after first notice`,
    ],
    ['released at', new Date(release.releasedAt * 1000).toISOString()],
  ]
  return facts
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ({ mark: '+', text: `    ${name}: ${value}` }))
}

function highestCounter(targets: Targets | undefined, product: string): number {
  const counters = [...(targets?.targets.values() ?? [])]
    .filter(({ custom }) => custom !== undefined)
    .map((file) => requireRelease(file, product).securityCounter)
  return Math.max(0, ...counters)
}
