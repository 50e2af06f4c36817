/** The repository's own rules: what no compiler and no linter keeps for us. */
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { test } from 'node:test'
import * as limits from '@fleetward/shared'
import { files, isTest, ROOT, read } from './support/sources.ts'
import { TUF_STEPS } from './support/tuf-specification.ts'

const PROTOCOL = read('docs/protocol.md')
const code = files('{packages,test,demo,drills,bench,scripts,firmware-samples}/**/*.{ts,tsx,mjs}')
const pages = files('**/*.md')

test('every step of the TUF specification that is cited exists', () => {
  for (const { path, number } of citations(code, /\bTUF (\d+(?:\.\d+)*)/g)) {
    assert.ok(TUF_STEPS.has(number), `${path} cites TUF ${number}`)
  }
})

test('every section of the protocol that is cited exists', () => {
  const sections = new Set([...PROTOCOL.matchAll(/^#{2,3} (\d+(?:\.\d+)?)\b/gm)].map(([, n]) => n))
  assert.ok(sections.size > 20)
  const cited = [
    ...citations([...code, ...pages], /\bprotocol(?:\.md)?`? §(\d+(?:\.\d+)?)/g),
    ...citations(['docs/protocol.md'], /(?<!(?:RFC|MQTT) [\d.]+ )§(\d+(?:\.\d+)?)/g),
  ]
  for (const { path, number } of cited) {
    assert.ok(sections.has(number), `${path} cites protocol §${number}`)
  }
})

const ERRORS = read('packages/shared/src/errors.ts')
const ASKED_AT = ERRORS.indexOf('export type RequestCode')
const codesIn = (text: string) =>
  [...text.matchAll(/^\s+\| '([A-Z_]+)'/gm)].map(([, name = '']) => name)
/** What a device refuses of what came to it, and what it refuses to whoever asks it. */
const MET_CODES = codesIn(ERRORS.slice(0, ASKED_AT))
const ASKED_CODES = codesIn(ERRORS.slice(ASKED_AT))
const CODES = [...MET_CODES, ...ASKED_CODES]

function explainedIn(from: string, to: string): string[] {
  const section = PROTOCOL.slice(PROTOCOL.indexOf(from), PROTOCOL.indexOf(to))
  return [...section.matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, name = '']) => name)
}

test('every code is explained in protocol §13, and every explained code exists', () => {
  assert.ok(MET_CODES.length > 50 && ASKED_CODES.length > 5)
  assert.deepEqual(explainedIn('### 13.1', '### 13.2').toSorted(), MET_CODES.toSorted())
  assert.deepEqual(explainedIn('### 13.3', '## 14').toSorted(), ASKED_CODES.toSorted())
})

test('every code a server answers is explained in protocol §13.2, and every explained one is answered', () => {
  const explained = explainedIn('### 13.2', '### 13.3')
  const sources = files('packages/server/src/**/*.ts').filter((path) => !isTest(path))
  const text = sources.map(read).join('\n')
  const answered = [...text.matchAll(/\bHttpError\(\s*\d+,\s*'([A-Z_]+)'/g)].map(([, n]) => n)
  assert.ok(answered.length > 20)
  const unexplained = answered.filter((name = '') => !explained.includes(name))
  const unanswered = explained.filter((name) => !text.includes(`'${name}'`))
  assert.deepEqual({ unexplained, unanswered }, { unexplained: [], unanswered: [] })
})

test('every code is thrown, reported or read somewhere', () => {
  const sources = code.filter((path) => path.includes('/src/') && !isTest(path))
  const text = sources.filter((path) => !path.endsWith('/errors.ts')).map(read)
  const unused = CODES.filter((name) => !text.some((source) => source.includes(`'${name}'`)))
  assert.deepEqual(unused, [])
})

test('the limits of protocol §2.4 are those of limits.ts', () => {
  const { KIB, MIB } = { KIB: 1024, MIB: 1024 ** 2 }
  const inKib = (...bytes: number[]) => `${bytes.map((value) => value / KIB).join(', ')} KiB`
  const inMib = (bytes: number) => `${bytes / MIB} MiB`
  const inThousands = (count: number) => count.toLocaleString('en')
  const rows = [
    [
      'root, timestamp, snapshot, targets metadata',
      inKib(
        limits.ROOT_LENGTH_MAX_BYTES,
        limits.TIMESTAMP_LENGTH_MAX_BYTES,
        limits.SNAPSHOT_LENGTH_MAX_BYTES,
        limits.TARGETS_LENGTH_MAX_BYTES,
      ),
    ],
    [
      'manifest, command, report',
      inKib(
        limits.MANIFEST_LENGTH_MAX_BYTES,
        limits.COMMAND_LENGTH_MAX_BYTES,
        limits.REPORT_LENGTH_MAX_BYTES,
      ),
    ],
    ['MQTT packet', inKib(limits.MQTT_PACKET_MAX_BYTES)],
    ['JSON depth, nodes', `${limits.JSON_DEPTH_MAX}, ${inThousands(limits.JSON_NODES_MAX_COUNT)}`],
    [
      'root rotations in one refresh, delegations visited',
      `${limits.ROOT_ROTATIONS_MAX_COUNT}, ${limits.DELEGATIONS_MAX_COUNT}`,
    ],
    ['offers in a manifest', String(limits.OFFERS_MAX_COUNT)],
    [
      'artifact',
      `${limits.ARTIFACT_LENGTH_MAX_BYTES / MIB / KIB} GiB, ${inThousands(limits.ARTIFACT_FILES_MAX_COUNT)} files, listing ${inMib(limits.ARTIFACT_LISTING_MAX_BYTES)}`,
    ],
    [
      'chunk',
      `${inKib(limits.CHUNK_SIZE_MIN_BYTES)} to ${inMib(limits.CHUNK_SIZE_MAX_BYTES)}, ${inMib(limits.CHUNK_SIZE_DEFAULT_BYTES)} by default`,
    ],
    [
      'chunk list, SBOM, file under `trust/`',
      `${inMib(limits.CHUNK_LIST_LENGTH_MAX_BYTES)}, ${inMib(limits.SBOM_LENGTH_MAX_BYTES)}, ${inKib(limits.TRUST_FILE_LENGTH_MAX_BYTES)}`,
    ],
  ]
  const section = PROTOCOL.slice(PROTOCOL.indexOf('### 2.4'), PROTOCOL.indexOf('## 3.'))
  const written = [...section.matchAll(/^\| ([^|]+) \| ([^|]+) \|$/gm)].map(([, a, b]) => [a, b])
  assert.deepEqual(written.slice(1), rows)
})

test('every limit is kept somewhere', () => {
  const declared = [...read('packages/shared/src/limits.ts').matchAll(/^export const (\w+)/gm)]
  const text = code
    .filter((path) => !isTest(path) && !path.endsWith('/limits.ts'))
    .map(read)
    .concat(read('packages/shared/src/limits.ts').replaceAll(/^export const \w+/gm, ''))
  const unused = declared.map(([, name = '']) => name).filter((name) => !text.some(mentions(name)))
  assert.deepEqual(unused, [])
})

test('every source file is used by another one or is where something starts', () => {
  const users = code.filter((path) => !isTest(path))
  const used = new Set([
    ...users.flatMap(neighbours),
    ...files('packages/*/bin/*').flatMap(started),
    // The page that loads it.
    'packages/console/src/main.tsx',
  ])
  const lonely = files('packages/*/src/**/*.{ts,tsx}').filter(
    (path) => !isTest(path) && !/\/src\/index\.ts$|\.d\.ts$/.test(path) && !used.has(path),
  )
  assert.deepEqual(lonely, [])
})

test('a package’s door lists names and does nothing', () => {
  for (const path of files('packages/*/src/index.ts')) {
    const others = read(path)
      .replace(/export (type )?(\{[^}]*\}|\*) from '[^']+'/g, '')
      .replace(/^export \{\}$/m, '')
    assert.equal(others.trim(), '', path)
  }
})

test('links between pages lead somewhere', () => {
  for (const path of pages) {
    for (const [, target = ''] of read(path).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^(https?|mailto):/.test(target)) continue
      const [file = '', anchor] = target.split('#')
      const page = file === '' ? path : normalize(join(dirname(path), file))
      assert.ok(existsSync(join(ROOT, page)), `${path} links to ${target}`)
      if (anchor === undefined || !page.endsWith('.md')) continue
      assert.ok(anchorsOf(page).has(anchor), `${path} links to ${target}`)
    }
  }
})

test('the tests that docs/cra.md and docs/threat-model.md name as evidence exist', () => {
  const named = [
    ...`${read('docs/cra.md')}${read('docs/threat-model.md')}`.matchAll(
      /`((?:packages|test)\/[^`]+)`/g,
    ),
  ]
  assert.ok(named.length > 10)
  for (const [, path = ''] of named) assert.ok(existsSync(join(ROOT, path)), path)
})

test('integrators are told of every setting of the agent, and of all that lies in its data folder', () => {
  const page = read('docs/integrating/README.md')
  const source = read('packages/agent/src/settings.ts')
  const settings = [
    ...source.matchAll(/\b(?:top\.\w+|folder)\(\s*'(\w+)'/g),
    ...read('packages/agent/src/activity/log-sink-settings.ts').matchAll(/top\.has\('(\w+)'/g),
  ].map(([, name = '']) => name)
  assert.ok(settings.length > 20)
  const untold = settings.filter((name) => !new RegExp(`^\\| .*\`${name}[.\`]`, 'm').test(page))
  assert.deepEqual([...new Set(untold)], [])

  const table = page.slice(page.indexOf('## The data folder'), page.indexOf('## Looking at it'))
  const places = read('packages/agent/src/reset/data-locations.ts').matchAll(/name: '([^']+)'/g)
  const unnamed = [...places].filter(([, name]) => !table.includes(`\`${name}`))
  assert.deepEqual(unnamed, [])
})

test('what is left to do stands in an issue', () => {
  const words = [`TO${'DO'}`, `FIX${'ME'}`].join('|')
  const open = new RegExp(`(^\\s*|\\s)(//|/?\\*+)\\s.*\\b(${words})\\b(?!.*#\\d)`)
  for (const path of code) {
    const line = read(path)
      .split('\n')
      .find((text) => open.test(text))
    assert.equal(line, undefined, path)
  }
})

test('no file and no name is a drawer', () => {
  const drawer = /(^|[-/])(utils?|helpers?|misc|types)([-./]|$)/
  const declared = /\b(?:class|interface|type|function|const) (\w*(?:Manager|Helper|Utils?|Impl))\b/
  for (const path of code) {
    assert.doesNotMatch(path, drawer)
    assert.equal(declared.exec(read(path))?.[1], undefined, path)
  }
})

test('decisions are numbered without holes', () => {
  const numbers = files('docs/decisions/[0-9]*.md').map((path) =>
    Number(/(\d{4})-/.exec(path)?.[1]),
  )
  assert.deepEqual(
    numbers,
    numbers.map((_, i) => i + 1),
  )
})

function citations(paths: readonly string[], citation: RegExp) {
  return paths.flatMap((path) =>
    [...read(path).matchAll(citation)].map(([, number = '']) => ({ path, number })),
  )
}

const mentions = (name: string) => {
  const word = new RegExp(`\\b${name}\\b`)
  return (source: string) => word.test(source)
}

/** Files this one names by a relative path: imports, and workers started by their URL. */
function neighbours(path: string): string[] {
  return [...read(path).matchAll(/(\.{1,2}\/[^'"`\s]+\.tsx?)\b/g)].map(([, target = '']) =>
    normalize(join(dirname(path), target)),
  )
}

/** An executable finds its own package at run time and starts a file below `src`. */
function started(executable: string): string[] {
  const [folder, name] = executable.split('/')
  return [...read(executable).matchAll(/\bsrc\/[\w/-]+\.ts\b/g)].map(
    ([file]) => `${folder}/${name}/${file}`,
  )
}

/** As forges make them: lower case, no punctuation, hyphens for spaces. */
function anchorsOf(page: string): ReadonlySet<string> {
  const headings = [...read(page).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) => heading)
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .trim()
        .replace(/\s/g, '-'),
    ),
  )
}
