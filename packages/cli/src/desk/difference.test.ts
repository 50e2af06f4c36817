import assert from 'node:assert/strict'
import { test } from 'node:test'
import { generateKey, signMetadata } from '@fleetward/platform'
import {
  type Json,
  keyIdOf,
  parseMetadata,
  type Root,
  type Targets,
  tufKeyOf,
} from '@fleetward/shared'
import { differenceOfRoot, differenceOfTargets } from './difference.ts'
import {
  releaseRoleSigned,
  rootSigned,
  type Signed,
  type SignedTarget,
  targetsSigned,
} from './signed-metadata.ts'

const NOW = new Date('2026-11-20T00:00:00Z')
const [first, second, fourth] = [newKey(), newKey(), newKey()]
const names = new Map([
  [keyIdOf(first), 'first'],
  [keyIdOf(second), 'second'],
])

function newKey(): Json {
  return tufKeyOf(generateKey('ed25519').publicKey)
}

const bytesOf = (signed: Signed) => signMetadata(signed as unknown as Json, [])

function root(version: number, keys: readonly Json[], threshold: number): Root {
  const all = { keys, threshold }
  const signed = rootSigned(
    version,
    { root: all, targets: all, timestamp: all, snapshot: all },
    NOW,
  )
  return parseMetadata('root', bytesOf(signed)).signed
}

function release(version: number, targets: Record<string, SignedTarget>): Targets {
  return parseMetadata('targets', bytesOf(releaseRoleSigned(version, targets, NOW))).signed
}

function artifact(
  version: string,
  changes: Record<string, Json> = {},
): Record<string, SignedTarget> {
  const path = `security/${version}/a.tar.gz`
  const sha256 = 'a'.repeat(64)
  const custom = {
    fleetward: {
      ...{ product: 'lumen', version, line: '1.4', kind: 'security', securityCounter: 2 },
      ...{ compatible: ['lumen'], installer: 'slot-directory', format: 'tar.gz' },
      chunks: { size: 1048576, path: `${path}.chunks.json`, sha256 },
      installedSize: 5,
      sbom: { path: `security/${version}/sbom.cdx.json`, sha256 },
      ...{ fixes: ['CVE-2021-21315'], advisories: [], notes: 'Fix' },
      ...{ releasedAt: 1, postponeMax: 86400, deadlineMin: 3600, ...changes },
    },
  }
  return { [path]: { length: 5, hashes: { sha256 }, custom } }
}

const shown = (changes: readonly { mark: string; text: string }[]) =>
  changes.map(({ mark, text }) => `${mark} ${text}`)

test('a root shows keys that come and go by their names, and thresholds', () => {
  const lines = shown(
    differenceOfRoot(root(1, [first, second], 2), root(2, [first, fourth], 2), names),
  )
  assert.ok(lines.includes('~ version 1 → 2'))
  assert.ok(lines.includes('- root: key second may no longer sign'))
  assert.ok(lines.some((line) => line.startsWith(`+ root: key ${keyIdOf(fourth).slice(0, 16)}`)))
  assert.ok(!lines.some((line) => line.includes('first')), 'what does not change is not shown')
})

test('a lower threshold is pointed out', () => {
  const lines = shown(
    differenceOfRoot(root(1, [first, second], 2), root(2, [first, second], 1), names),
  )
  assert.ok(lines.includes('~ root: 1 of 2 must sign (before: 2 of 2)'))
  assert.ok(lines.includes('! root: fewer people have to agree than before'))
})

test('a wider delegation is pointed out', () => {
  const holders = { keys: [first], threshold: 1 }
  const before = targetsSigned(1, { security: holders, functionality: holders }, {}, NOW)
  const wider = structuredClone(
    targetsSigned(2, { security: holders, functionality: holders }, {}, NOW),
  )
  Object.assign(wider.delegations?.roles[0] ?? {}, { paths: ['*/*/*'] })
  const parse = (signed: Signed) => parseMetadata('targets', bytesOf(signed)).signed
  const lines = shown(differenceOfTargets(parse(before), parse(wider), names, 'lumen'))
  assert.ok(
    lines.some((line) => line.startsWith('! security: speaks about') && line.includes('*/*/*')),
  )
})

test('a release shows its counter, its digest and what it fixes; one that leaves shows as gone', () => {
  const lines = shown(
    differenceOfTargets(
      release(1, artifact('1.4.2')),
      release(2, artifact('1.4.3')),
      names,
      'lumen',
    ),
  )
  assert.ok(lines.includes(`+     sha256 ${'a'.repeat(64)}`))
  assert.ok(lines.includes('+     security counter: 2'))
  assert.ok(lines.includes('+     fixes: CVE-2021-21315'))
  assert.ok(lines.includes('- security/1.4.2/a.tar.gz is offered no longer'))
})

test('a security counter below the one before is pointed out', () => {
  const lower = release(2, artifact('1.4.3', { securityCounter: 1 }))
  const lines = shown(differenceOfTargets(release(1, artifact('1.4.2')), lower, names, 'lumen'))
  assert.ok(lines.some((line) => line.startsWith('! security counter 1 is below 2')))
})

test('other bytes under a path that was signed before are pointed out', () => {
  const changed = release(2, artifact('1.4.2', { notes: 'Other' }))
  const lines = shown(differenceOfTargets(release(1, artifact('1.4.2')), changed, names, 'lumen'))
  assert.ok(lines.some((line) => line.startsWith('! security/1.4.2/a.tar.gz gets other bytes')))
})

test('the texts of a draft cannot write lines of their own, move the cursor or turn the text around', () => {
  const hostile = 'harmless\n  + security counter: 9\x1b[2A\r\u202e\u2028'
  const changes = differenceOfTargets(
    undefined,
    release(1, artifact('1.4.3', { notes: hostile })),
    names,
    'lumen',
  )
  const notes = changes.find(({ text }) => text.includes('notes:'))?.text ?? ''
  assert.ok(
    notes.includes('harmless\\u{a}  + security counter: 9\\u{1b}[2A\\u{d}\\u{202e}\\u{2028}'),
  )
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that none is left is the point
  assert.ok(changes.every(({ text }) => !/[\x00-\x1f\x7f-\x9f\u202e\u2028]/.test(text)))
})
