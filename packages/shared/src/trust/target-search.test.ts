import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sha256Hex } from '../crypto/digest.ts'
import type { DelegatedRole, Delegations, Scope } from '../metadata/delegations.ts'
import type { Targets } from '../metadata/targets.ts'
import { roleKeysIn } from './delegation.ts'
import { searchTarget } from './target-search.ts'

/** What a role delegates: name, then its patterns; `!` marks a terminating delegation. */
type Graph = Record<string, [string, ...string[]][]>

const EVERYTHING = ['*', '*/*', '*/*/*']

function targetsOf(paths: string[], delegations?: Delegations): Targets {
  const file = (path: string) => ({ path, length: 1, hashes: new Map([['sha256', '00']]) })
  return {
    type: 'targets',
    version: 1,
    expires: new Date(0),
    targets: new Map(paths.map((path) => [path, file(path)])),
    ...(delegations === undefined ? {} : { delegations }),
  }
}

function delegatedRole(name: string, scope: Scope): DelegatedRole {
  const terminating = name.endsWith('!')
  return { name: name.replace('!', ''), scope, terminating, keyIds: [], threshold: 1 }
}

function documents(graph: Graph, files: Record<string, string[]> = {}) {
  const names = new Set([
    'targets',
    ...Object.values(graph)
      .flat()
      .map(([name]) => name.replace('!', '')),
  ])
  return new Map(
    [...names].map((name) => {
      const roles = (graph[name] ?? []).map(([delegate, ...paths]) =>
        delegatedRole(delegate, { paths: paths.length > 0 ? paths : EVERYTHING }),
      )
      return [name, targetsOf(files[name] ?? [], { keys: new Map(), roles })]
    }),
  )
}

/** Searches, loading what is asked for; returns the file's path and who was asked, in order. */
function search(roles: Map<string, Targets>, path: string, limit?: number) {
  const loaded = new Set<string>()
  const asked: string[] = []
  const walk = searchTarget(
    {
      targets: (role, delegator) =>
        loaded.has(`${delegator}→${role}`) ? roles.get(role) : undefined,
    },
    path,
    limit,
  )
  for (let step = walk.next(); ; step = walk.next()) {
    if (step.done) return { found: step.value?.path, asked }
    const { role, delegator } = step.value
    asked.push(`${delegator}→${role}`)
    loaded.add(`${delegator}→${role}`)
  }
}

const visits = (graph: Graph, path = 'missing') =>
  search(documents(graph), path).asked.map((edge) => edge.split('→')[1])

for (const [what, graph, order] of [
  ['one role', { targets: [['a']] }, 'targets a'],
  ['depth first, in order', { targets: [['a'], ['b']], a: [['c'], ['d']] }, 'targets a c d b'],
  [
    'terminating: neither its later siblings nor theirs further up',
    { targets: [['a'], ['b']], a: [['c!'], ['d']], c: [['e']] },
    'targets a c e',
  ],
  ['terminating, but not for this path', { targets: [['a!', '*.doc'], ['b']] }, 'targets b'],
  [
    'roles whose paths do not match are not asked',
    { targets: [['a', '*.py'], ['b']], a: [['c']] },
    'targets b',
  ],
  ['a cycle ends', { targets: [['a']], a: [['b']], b: [['a'], ['targets']] }, 'targets a b'],
  [
    'a role is visited once, through its first delegator',
    { targets: [['a'], ['b']], a: [['c']], b: [['c']] },
    'targets a c b',
  ],
] as [string, Graph, string][]) {
  test(`search: ${what}`, () => {
    assert.deepEqual(visits(graph), order.split(' '))
  })
}

test('a cycle through the top-level role is none: no delegation can be called targets', () => {
  assert.deepEqual(visits({ targets: [['a']], a: [['a']] }), ['targets', 'a'])
})

test('finds what the most trusted role lists, and asks nobody after it', () => {
  const roles = documents({ targets: [['a'], ['b']] }, { a: ['file'], b: ['file'] })
  assert.deepEqual(search(roles, 'file'), { found: 'file', asked: ['root→targets', 'targets→a'] })
})

test('a role cannot list what it is not trusted with, nor what its delegator is not', () => {
  const files = { a: ['functionality/1/x'], c: ['security/1/x', 'functionality/1/x'] }
  const roles = documents({ targets: [['a', 'security/*/*']], a: [['c', '*/*/*']] }, files)
  assert.equal(search(roles, 'functionality/1/x').found, undefined)
  assert.equal(search(roles, 'security/1/x').found, 'security/1/x')
})

test('a path is found as it stands: no property of Object, no other spelling', () => {
  const roles = documents({}, { targets: ['a/b', 'é'] })
  for (const path of [
    'constructor',
    'toString',
    '__proto__',
    'a//b',
    './a/b',
    'A/B',
    'a\\b',
    'e\u0301',
  ]) {
    assert.equal(search(roles, path).found, undefined, path)
  }
  assert.equal(search(roles, 'a/b').found, 'a/b')
})

test('gives up after too many roles', () => {
  const chain = (length: number): Graph =>
    Object.fromEntries(
      Array.from({ length }, (_, i) => [i === 0 ? 'targets' : `r${i}`, [[`r${i + 1}`]]]),
    )
  assert.equal(search(documents(chain(3)), 'missing', 3).asked.length, 4)
  assert.throws(() => search(documents(chain(4)), 'missing', 3), { code: 'DELEGATIONS_EXCEEDED' })
  assert.throws(() => search(documents(chain(33)), 'missing'), { code: 'DELEGATIONS_EXCEEDED' })
})

test('asks again when the caller did not load what it was asked for', () => {
  const walk = searchTarget({ targets: () => undefined }, 'a')
  walk.next()
  assert.throws(() => walk.next(), { message: /has not been loaded/ })
})

test('path_hash_prefixes choose by the SHA-256 of the path', () => {
  const prefix = sha256Hex(new TextEncoder().encode('file')).slice(0, 5)
  const delegations = (pathHashPrefixes: string[]): Delegations => ({
    keys: new Map(),
    roles: [delegatedRole('a', { pathHashPrefixes })],
  })
  const roles = (prefixes: string[]) =>
    new Map([
      ['targets', targetsOf([], delegations(prefixes))],
      ['a', targetsOf(['file', 'other'])],
    ])
  assert.equal(search(roles(['ffff', prefix]), 'file').found, 'file')
  assert.equal(search(roles([prefix]), 'other').found, undefined)
})

test('TAP 15: a path is in the one bin that its hash names', () => {
  const bins = (bitLength: number): Delegations => ({
    keys: new Map(),
    roles: [],
    succinctRoles: { keyIds: ['k'], threshold: 1, bitLength, namePrefix: 'bin' },
  })
  const hash = sha256Hex(new TextEncoder().encode('file'))
  for (const [bitLength, digits, bin] of [
    [4, 1, Number.parseInt(hash.slice(0, 1), 16)],
    [8, 2, Number.parseInt(hash.slice(0, 2), 16)],
    [10, 3, Number.parseInt(hash.slice(0, 3), 16) >> 2],
    [32, 8, Number.parseInt(hash.slice(0, 8), 16)],
    [1, 1, Number.parseInt(hash.slice(0, 1), 16) >> 3],
  ] as const) {
    const name = `bin-${bin.toString(16).padStart(digits, '0')}`
    const top = targetsOf([], bins(bitLength))
    const roles = new Map([
      ['targets', top],
      [name, targetsOf(['file'])],
    ])
    assert.deepEqual(search(roles, 'file'), {
      found: 'file',
      asked: ['root→targets', `targets→${name}`],
    })
    assert.deepEqual(roleKeysIn(top, name)?.keyIds, ['k'])
  }
})

test('TAP 15: what is not in its bin is nowhere', () => {
  const succinctRoles = { keyIds: [], threshold: 1, bitLength: 1, namePrefix: 'bin' }
  const a = targetsOf([], { keys: new Map(), roles: [], succinctRoles })
  const roles = documents({ targets: [['a'], ['b']] }, { b: ['file'] }).set('a', a)
  for (const bin of ['bin-0', 'bin-1']) roles.set(bin, targetsOf([]))
  assert.equal(search(roles, 'file').found, undefined)
})

test('TAP 15: only the bins that there are have keys', () => {
  const succinctRoles = { keyIds: ['k'], threshold: 1, bitLength: 10, namePrefix: 'bin' }
  const top = targetsOf([], { keys: new Map(), roles: [], succinctRoles })
  assert.ok(roleKeysIn(top, 'bin-3ff'))
  for (const role of [
    'bin-400',
    'bin-fff',
    'bin-3f',
    'bin-03ff',
    'bin-3FF',
    'bin',
    'bin-',
    'bun-3ff',
    'bin-x00',
  ]) {
    assert.equal(roleKeysIn(top, role), undefined, role)
  }
})
