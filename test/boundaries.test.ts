/**
 * The arrows of ARCHITECTURE.md, checked: what each folder may import, and that what decides takes
 * the clock, chance and settings as arguments. A test and no linter setting: two settings for
 * overlapping folders replace each other there, and a ban vanished that way once.
 */
import assert from 'node:assert/strict'
import { dirname, join, relative } from 'node:path'
import { test } from 'node:test'
import { files, importsOf, isTest, read, withoutComments } from './support/sources.ts'

interface Boundary {
  readonly folder: string
  readonly mayImport: RegExp
  readonly because: string
}

const boundaries: readonly Boundary[] = [
  {
    folder: 'packages/shared/src',
    mayImport: /^(\.|jose$|@noble\/)/,
    because: 'every side runs it, a browser too',
  },
  ...['json', 'crypto', 'metadata', 'trust', 'release'].map((name) => ({
    folder: `packages/shared/src/${name}`,
    mayImport: /^(?!\.\.\/protocol\/)/,
    because: 'what is signed for years knows nothing of messages that live for a day',
  })),
  {
    folder: 'packages/platform/src',
    mayImport: /^(\.\/|@fleetward\/shared$|node:)/,
    because: 'it fills the ports of shared with what Node.js has, and nothing more',
  },
  {
    folder: 'packages/agent/src',
    mayImport: /^(\.|@fleetward\/(shared|platform)$|node:|mqtt$)/,
    because: 'a device carries as little as possible and knows no server’s code',
  },
  {
    folder: 'packages/agent/src/core',
    mayImport: /^(\.\/|\.\.\/ports\.ts$|@fleetward\/shared$)/,
    because: 'it decides; the run acts',
  },
  {
    folder: 'packages/agent/src/run',
    mayImport: /^(\.\/|\.\.\/core\/|\.\.\/(ports|task-queue)\.ts$|@fleetward\/shared$)/,
    because: 'it acts through ports alone, so that a device in memory can stand behind them',
  },
  {
    folder: 'packages/agent/src/adapters',
    mayImport:
      /^(\.\/|\.\.\/(core|connection|slot|transfer|tuf)\/|\.\.\/(ports|settings|task-queue)\.ts$|@fleetward\/(shared|platform)$|node:|mqtt$)/,
    because:
      'an adapter knows its port and its device, and is known by what puts the agent together alone',
  },
  {
    folder: 'packages/server/src',
    mayImport: /^(?!@fleetward\/(agent|cli))/,
    because: 'a device’s or a desk’s code on the server would trust what the server must check',
  },
  ...['products', 'releases', 'rollouts', 'publishing', 'artifacts'].map((name) => ({
    folder: `packages/server/src/${name}`,
    mayImport:
      /^(?!\.\.\/(adapters|admission|enrolment|broker|devices\/(?!filter\/)|listeners|tls)\/|\.\.\/edge\.ts)/,
    because: 'what is offered to whom is decided without knowing how devices are reached',
  })),
  {
    folder: 'packages/server/src/rollouts/engine',
    mayImport: /^(\.\/|@fleetward\/shared$|croner$)/,
    because: 'it decides what a rollout does next from its arguments alone',
  },
  ...['tls', 'admission', 'enrolment', 'broker', 'devices', 'listeners'].map((name) => ({
    folder: `packages/server/src/${name}`,
    mayImport:
      /^(?!\.\.\/(adapters|products|releases|rollouts|publishing|artifacts)\/|\.\.\/edge\.ts)/,
    because: 'what faces devices knows of releases only what ports.ts offers',
  })),
  {
    folder: 'packages/server/src/sign-in',
    mayImport:
      /^(?!(\.\.\/)+(adapters|releases|rollouts|publishing|artifacts|devices|enrolment|broker|listeners|tls)\/)/,
    because: 'who somebody is has nothing to do with what the fleet does',
  },
  ...['audit', 'events', 'webhooks', 'retention', 'break-glass'].map((name) => ({
    folder: `packages/server/src/${name}`,
    mayImport:
      /^(?!\.\.\/(adapters|broker|devices|enrolment|listeners|publishing|releases|rollouts)\/|\.\.\/edge\.ts)/,
    because: 'the books note and tell what happens, and know nothing of how it comes about',
  })),
  {
    folder: 'packages/server/src/disclosure',
    mayImport:
      /^(?!\.\.\/(adapters|broker|enrolment|listeners|publishing|releases|rollouts)\/|\.\.\/edge\.ts)/,
    because: 'what strangers tell of vulnerabilities touches nothing of the fleet',
  },
  {
    folder: 'packages/server/src/cases',
    mayImport:
      /^(?!\.\.\/(adapters|broker|enrolment|listeners|publishing|releases|rollouts|devices\/(?!filter\/))|\.\.\/edge\.ts)/,
    because: 'a case looks at the fleet, and changes nothing of it',
  },
  {
    folder: 'packages/vulnerability/src',
    mayImport: /^(?!@fleetward\/|node:(net|http|https|tls|child_process|dgram))/,
    because: 'it reads what others write, and reaches nobody',
  },
  {
    folder: 'packages/console/src',
    mayImport: /^(\.|@fleetward\/shared$|preact(\/hooks)?$|preact-iso$|@preact\/signals$|uplot)/,
    because: 'it runs in a browser, and adds no rule of its own to what the API says',
  },
  {
    folder: 'packages/cli/src',
    mayImport: /^(\.|@fleetward\/(shared|platform|vulnerability)$|node:|commander$|yauzl$|yazl$)/,
    because: 'the desk holds offline keys and talks to a server by its API only',
  },
]

for (const { folder, mayImport, because } of boundaries) {
  test(`${folder} imports only what it may: ${because}`, () => {
    const sources = sourcesIn(folder)
    assert.ok(sources.length > 0, `${folder} holds nothing`)
    for (const { path, specifier } of sources.flatMap(importsOf)) {
      assert.match(seenFrom(folder, path, specifier), mayImport, path)
    }
  })
}

/** What a file imports, as a file at the top of the folder would write it: however deep, a rule is one rule. */
function seenFrom(folder: string, path: string, specifier: string): string {
  if (!specifier.startsWith('.')) return specifier
  const seen = relative(folder, join(dirname(path), specifier))
  return seen.startsWith('.') ? seen : `./${seen}`
}

test('no package reaches into another one past its door', () => {
  for (const path of files('packages/*/src/**/*.{ts,tsx}')) {
    const own = path.split('/')[1]
    for (const { specifier } of importsOf(path)) {
      assert.doesNotMatch(specifier, /^@fleetward\/[a-z]+\//, path)
      const other = /(?:^|\/)packages\/([a-z]+)\//.exec(specifier)?.[1] ?? own
      assert.equal(other, own, `${path} imports ${specifier}`)
      // Up to src and out of it: only a test may, for its support.
      const depth = path.split('/').length - 4
      const up = specifier.match(/\.\.\//g)?.length ?? 0
      if (!isTest(path)) assert.ok(up <= depth, `${path} imports ${specifier}`)
    }
  }
})

/** What differs between two runs of one input. */
const AMBIENT =
  /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bprocess\.|\brandom(UUID|Bytes|Int)\(|\bgetRandomValues\(|\bperformance\.now\(|\bTemporal\.Now\b|\bset(Timeout|Interval|Immediate)\(/

for (const folder of [
  'packages/shared/src',
  'packages/agent/src/core',
  'packages/agent/src/run',
  'packages/server/src/rollouts/engine',
  'packages/vulnerability/src',
]) {
  test(`${folder} reads no clock, chance or settings and waits for nothing`, () => {
    for (const path of sourcesIn(folder)) {
      const ambient = AMBIENT.exec(withoutComments(read(path)))?.[0]
      assert.equal(ambient, undefined, path)
    }
  })
}

test('JWS verification that trusts what a token says about itself is used nowhere', () => {
  const forbidden =
    /\b(decodeJwt|decodeProtectedHeader|UnsecuredJWT|EmbeddedJWK|createRemoteJWKSet|jwtVerify)\b/
  for (const path of files('packages/*/src/**/*.{ts,tsx}')) {
    assert.ok(!forbidden.test(withoutComments(read(path))), path)
  }
})

test('nothing decodes what a peer chose to compress (CVE-2026-111497)', () => {
  const brotli = /\b(createBrotliDecompress|brotliDecompress(Sync)?|DecompressionStream)\b/
  // fetch() decodes a Brotli body even when it asked for none.
  const globalFetch = /\b(?:await|return|void)\s+fetch\(|[=(:?]\s*fetch\(|globalThis\.fetch/
  for (const path of files('packages/{agent,server}/src/**/*.ts').filter((file) => !isTest(file))) {
    const source = withoutComments(read(path))
    assert.ok(!brotli.test(source), path)
    if (path.startsWith('packages/agent/')) assert.ok(!globalFetch.test(source), path)
  }
})

function sourcesIn(folder: string): readonly string[] {
  return files(`${folder}/**/*.{ts,tsx}`).filter((path) => !isTest(path))
}
