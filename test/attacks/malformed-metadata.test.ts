/**
 * Malformed metadata: from a hostile server, a broken tool or a dying flash. Whatever arrives or
 * lies in the store, the client ends with a code, loses nothing, and takes the next good metadata.
 * CVE-2026-23991: a client that crashed on it.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { codeOf } from '@fleetward/shared'
import fc from 'fast-check'
import { RepositorySimulator } from '../support/repository-simulator.ts'
import { TufDevice } from '../support/tuf-device.ts'

const ROLES = ['root', 'timestamp', 'snapshot', 'targets', 'security'] as const
type Role = (typeof ROLES)[number]

const RUNS = { numRuns: 60 }

const aRole = fc.constantFrom(...ROLES)

/** Bytes that were metadata once: cut, overwritten, swollen, or replaced altogether. */
const aDamage = fc.oneof(
  fc.record({ kind: fc.constant('cut' as const), at: fc.nat() }),
  fc.record({ kind: fc.constant('overwrite' as const), at: fc.nat(), byte: fc.nat(255) }),
  fc.record({ kind: fc.constant('insert' as const), at: fc.nat(), bytes: fc.uint8Array() }),
  fc.record({ kind: fc.constant('replace' as const), bytes: fc.uint8Array({ maxLength: 300 }) }),
)
type Damage = typeof aDamage extends fc.Arbitrary<infer Value> ? Value : never

/** Another value somewhere in the document, which its rightful holders then sign. */
const anEdit = fc.record({ steps: fc.array(fc.nat(), { maxLength: 6 }), value: fc.jsonValue() })

async function deviceInUse(): Promise<{ repository: RepositorySimulator; device: TufDevice }> {
  const repository = new RepositorySimulator()
  const device = new TufDevice(repository)
  repository.delegate('targets', 'security', { paths: ['security/*/*'] })
  repository.addArtifact('security', 'security/1.4.3/gateway', 'release')
  repository.publish('security', 'targets', 'snapshot', 'timestamp')
  await update(device)
  return { repository, device }
}

/** Everything a device does with metadata: a refresh and a look-up behind a delegation. */
async function update(device: TufDevice): Promise<void> {
  await device.find('security/1.4.3/gateway')
}

/** A failure must be one of ours: anything without a code is a crash. */
async function endsWithACode(act: () => Promise<void>): Promise<void> {
  try {
    await act()
  } catch (error) {
    if (codeOf(error) === undefined) throw error
  }
}

function damaged(bytes: Uint8Array, damage: Damage): Uint8Array {
  switch (damage.kind) {
    case 'cut':
      return bytes.subarray(0, damage.at % bytes.length)
    case 'overwrite':
      return bytes.with(damage.at % bytes.length, damage.byte)
    case 'insert': {
      const at = damage.at % bytes.length
      return Buffer.concat([bytes.subarray(0, at), damage.bytes, bytes.subarray(at)])
    }
    case 'replace':
      return damage.bytes
  }
}

/** Follows `steps` into the document, and replaces what is there. */
function edited(document: unknown, [step, ...rest]: number[], value: unknown): unknown {
  if (step === undefined || typeof document !== 'object' || document === null) return value
  const entries = Object.entries(document)
  const [name, inner] = entries[step % Math.max(1, entries.length)] ?? ['surplus', null]
  const next = edited(inner, rest, value)
  if (!Array.isArray(document)) return { ...document, [name]: next }
  return document.with(Number(name), next)
}

/** What is trusted after trouble: the same, or something newer. */
function requireNothingLost(before: Record<string, number>, after: Record<string, number>): void {
  for (const [role, version] of Object.entries(before)) {
    assert.ok((after[role] ?? 0) >= version, `${role} went back from ${version}`)
  }
}

async function requireGoodMetadataIsTaken(
  repository: RepositorySimulator,
  device: TufDevice,
): Promise<void> {
  repository.publish('security', 'targets', 'snapshot', 'timestamp')
  await update(device)
  // Not the bytes: a space more between two words is no damage.
  for (const [role, version] of Object.entries(device.versions())) {
    assert.equal(version, repository.documents.get(role)?.version, role)
  }
}

test('bytes damaged on the way are refused, and the next good ones taken', async () => {
  await fc.assert(
    fc.asyncProperty(aRole, aDamage, async (role, damage) => {
      const { repository, device } = await deviceInUse()
      const before = device.versions()
      repository.publish('root', 'security', 'targets', 'snapshot', 'timestamp')
      const good = repository.newest(role)
      repository.replaceNewest(role, damaged(good, damage))
      await endsWithACode(() => update(device))
      requireNothingLost(before, device.versions())
      repository.replaceNewest(role, good)
      await requireGoodMetadataIsTaken(repository, device)
    }),
    RUNS,
  )
})

test('nonsense signed by the rightful keys is refused, and the next good metadata taken', async () => {
  await fc.assert(
    fc.asyncProperty(aRole, anEdit, async (role, { steps, value }) => {
      const { repository, device } = await deviceInUse()
      const before = device.versions()
      repository.publish('root', 'security', 'targets', 'snapshot', 'timestamp')
      const good = repository.newest(role)
      repository.replaceNewest(role, signedNonsense(repository, role, steps, value) ?? good)
      await endsWithACode(() => update(device))
      // Whoever signs roots may take the online keys away, and what those signed goes (TUF 5.3.11).
      const kept = role === 'root' ? { root: before.root ?? 0 } : before
      requireNothingLost(kept, device.versions())
    }),
    RUNS,
  )
})

test('an envelope that is none is refused in every role', async () => {
  await fc.assert(
    fc.asyncProperty(aRole, anEdit, async (role, { steps, value }) => {
      const { repository, device } = await deviceInUse()
      repository.publish('root', 'security', 'targets', 'snapshot', 'timestamp')
      const good = repository.newest(role)
      const envelope = JSON.parse(new TextDecoder().decode(good)) as unknown
      const text = JSON.stringify(edited(envelope, steps, value)) ?? ''
      repository.replaceNewest(role, new TextEncoder().encode(text))
      await endsWithACode(() => update(device))
      repository.replaceNewest(role, good)
      await requireGoodMetadataIsTaken(repository, device)
    }),
    RUNS,
  )
})

test('whatever the store holds, the next refresh repairs it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(aRole, aDamage), { minLength: 1 }), async (damages) => {
      const { repository, device } = await deviceInUse()
      for (const [role, damage] of damages) {
        const stored = device.store.files.get(role)
        if (stored !== undefined && stored.length > 0) {
          device.store.files.set(role, damaged(stored, damage))
        }
      }
      await requireGoodMetadataIsTaken(repository, device)
    }),
    RUNS,
  )
})

/** Undefined when the edited document has no canonical form, so that nobody could sign it. */
function signedNonsense(
  repository: RepositorySimulator,
  role: Role,
  steps: number[],
  value: unknown,
): Uint8Array | undefined {
  const honest = repository.documents.get(role)
  assert.ok(honest)
  repository.documents.set(role, edited(honest, steps, value) as typeof honest)
  try {
    return repository.sign(role)
  } catch {
    return undefined
  } finally {
    repository.documents.set(role, honest)
  }
}
