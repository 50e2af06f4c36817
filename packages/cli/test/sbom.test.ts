/** `fleetward sbom`, as a person and as a script meet it. */
import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { run, TestDesk } from './test-desk.ts'

const folder = await mkdtemp(join(tmpdir(), 'fleetward-sbom-'))
after(() => rm(folder, { recursive: true, force: true }))
const desk = new TestDesk(folder)

const part = (name: string, version: string) => ({
  ...{ type: 'library', name, version, 'bom-ref': name },
  purl: `pkg:npm/${name}@${version}`,
})

async function sbomFile(name: string, components: object[], more: object = {}): Promise<string> {
  const path = join(folder, name)
  const component = { type: 'firmware', name: 'lumen', version: '1.4.2', 'bom-ref': 'lumen' }
  const refs = components.flatMap((each) => ('bom-ref' in each ? each['bom-ref'] : []))
  const document = {
    ...{ bomFormat: 'CycloneDX', specVersion: '1.6', metadata: { component }, components },
    dependencies: [{ ref: 'lumen', dependsOn: refs }],
    ...more,
  }
  await writeFile(path, JSON.stringify(document))
  return path
}

const base = await sbomFile('base.cdx.json', [
  part('systeminformation', '5.2.5'),
  part('ws', '8.17.0'),
])
const next = await sbomFile('next.cdx.json', [
  part('systeminformation', '5.3.1'),
  part('ws', '8.17.0'),
])

interface Checked {
  readonly sboms: {
    readonly file: string
    readonly format: string
    readonly sha256: string
    readonly profile: string
    readonly passed: boolean
    readonly coverage: number
    readonly findings: { readonly check: string; readonly ref?: string }[]
    readonly depth: { readonly direct: number }
  }[]
}
interface Failed {
  readonly error: { readonly code: string; readonly message: string; readonly next: string }
}

// CRA P-106
test('an SBOM that says enough for matching passes, as a process too', async () => {
  const ended = await run(['--json', 'sbom', 'check', base])
  assert.equal(ended.exitCode, 0, ended.stderr)
  const [checked] = ended.json<Checked>().sboms
  assert.deepEqual(
    [checked?.file, checked?.format, checked?.profile, checked?.passed, checked?.coverage],
    [base, 'CycloneDX', 'basic', true, 1],
  )
  assert.equal(checked?.depth.direct, 2)
  assert.match(checked?.sha256 ?? '', /^[0-9a-f]{64}$/)
})

test('one that falls short ends with exit code 1 and all of its report, in JSON and for a person', async () => {
  const ended = await desk.run('sbom', 'check', '--profile', 'bsi', base)
  const [checked] = ended.json<Checked>().sboms
  assert.deepEqual([ended.exitCode, checked?.passed], [1, false])
  const found = new Set(checked?.findings.map(({ check }) => check))
  assert.ok(['sbom-creator', 'timestamp', 'licence', 'hash'].every((check) => found.has(check)))

  const shown = await run(['sbom', 'check', '--profile', 'bsi', base])
  assert.equal(shown.exitCode, 1)
  assert.match(shown.stdout, /licence: 0 of 3\n {4}lumen has no concluded licence/)
  assert.match(shown.stdout, /falls short of bsi\. Next: docs\/sbom\.md/)
})

test('of several files each is told, and one bad one decides', async () => {
  const bad = await sbomFile('bad.cdx.json', [{ type: 'library', name: 'a', 'bom-ref': 'a' }])
  const ended = await desk.run('sbom', 'check', base, bad)
  assert.deepEqual(
    ended.json<Checked>().sboms.map(({ passed }) => passed),
    [true, false],
  )
  assert.equal(ended.exitCode, 1)
})

for (const [what, content, code] of [
  ['XML', '<bom/>', 'SBOM_NOT_JSON'],
  ['CycloneDX 1.2', '{"bomFormat":"CycloneDX","specVersion":"1.2"}', 'SBOM_VERSION_UNSUPPORTED'],
  [
    'a document with a mistake',
    '{"bomFormat":"CycloneDX","specVersion":"1.6","x":1}',
    'SBOM_INVALID',
  ],
] as const) {
  test(`${what} is refused with its name and the next step`, async () => {
    const path = join(folder, 'refused')
    await writeFile(path, content)
    const ended = await desk.run('sbom', 'check', path)
    const { error } = ended.json<Failed>()
    assert.deepEqual([ended.exitCode, error.code], [1, code])
    assert.ok(error.message.startsWith(`${path}: `) && error.next.length > 10)
  })
}

test('a file that is not there is the mistake of who typed it', async () => {
  const ended = await desk.run('sbom', 'check', join(folder, 'nowhere'))
  assert.equal(ended.json<Failed>().error.code, 'FILE_UNREADABLE')
})

test('a profile that does not exist is not understood', async () => {
  const ended = await desk.run('sbom', 'check', base, '--profile', 'ntia')
  assert.equal(ended.exitCode, 2)
})

interface Compared {
  readonly added: object[]
  readonly removed: object[]
  readonly changed: { readonly next: { readonly name: string }; readonly direction: string }[]
  readonly unchangedCount: number
  readonly isOnlyFixes?: boolean
  readonly others?: { readonly name: string }[]
  readonly unknownFixes?: readonly string[]
}

// CRA P-109
test('two SBOMs are compared', async () => {
  const ended = await desk.run('sbom', 'compare', base, next)
  const { added, removed, changed, unchangedCount, isOnlyFixes } = ended.json<Compared>()
  assert.deepEqual([ended.exitCode, added, removed, unchangedCount], [0, [], [], 1])
  assert.deepEqual(
    changed.map((change) => [change.next.name, change.direction]),
    [['systeminformation', 'up']],
  )
  assert.equal(isOnlyFixes, undefined)
  const shown = await run(['sbom', 'compare', base, next])
  assert.match(
    shown.stdout,
    /^~ systeminformation 5\.2\.5 → 5\.3\.1\n0 added, 0 removed, 1 changed, 1 as before\n$/,
  )
})

test('with --only, what else differs is told and ends with exit code 1', async () => {
  const only = ['--only', 'pkg:npm/systeminformation']
  const good = await desk.run('sbom', 'compare', base, next, ...only)
  assert.deepEqual([good.exitCode, good.json<Compared>().isOnlyFixes], [0, true])
  const components = [part('systeminformation', '5.3.1'), part('ws', '8.18.0')]
  const more = await sbomFile('more.cdx.json', components)
  const bad = await desk.run('sbom', 'compare', base, more, ...only)
  assert.equal(bad.exitCode, 1)
  assert.deepEqual(
    bad.json<Compared>().others?.map(({ name }) => name),
    ['pkg:npm/ws'],
  )
  const misspelt = await desk.run('sbom', 'compare', base, next, ...only, '--only', 'systeminfo')
  assert.deepEqual(misspelt.json<Compared>().unknownFixes, ['systeminfo'])
})

test('names that would write to a terminal are shown without it', async () => {
  const path = await sbomFile('evil.cdx.json', [part('ws\u001b]0;owned\u0007\u202e', '8.17.0')])
  const shown = await run(['sbom', 'compare', base, path])
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the very characters in question
  assert.doesNotMatch(shown.stdout, /[\u0000-\u0009\u000b-\u001f\u007f\u202e]/)
  assert.match(shown.stdout, /ws\?\]0;owned\?\?/)
})

test('nothing of the files is changed by reading them', async () => {
  const before = await readFile(base)
  await desk.run('sbom', 'check', base)
  assert.deepEqual(await readFile(base), before)
})
