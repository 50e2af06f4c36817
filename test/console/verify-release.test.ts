/** What the console verifies by itself, with the files of a real server: each way of deceiving it is seen, and named. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { ReleaseInFull } from '../../packages/console/src/api/operator-api.gen.ts'
import type {
  KeptTrust,
  Verdict,
} from '../../packages/console/src/screens/releases/verification/verdict.ts'
import { verifyRelease } from '../../packages/console/src/screens/releases/verification/verify-release.ts'
import { Desk, type DeskRelease, PRODUCT } from '../../packages/server/test/support/desk.ts'
import { gatewaySbom } from '../../packages/server/test/support/gateway-sbom.ts'
import { TestServer } from '../../packages/server/test/support/test-server.ts'

const release = (version: string): DeskRelease => ({
  ...{ version, kind: 'security', artifact: new TextEncoder().encode(version) },
  sbom: gatewaySbom(version).text,
})

class Site {
  readonly server: TestServer
  readonly desk: Desk
  readonly online: Awaited<ReturnType<TestServer['product']>>['online']
  /** What somebody between the server and the browser gives instead. */
  readonly forged = new Map<string, Uint8Array | undefined>()
  kept: KeptTrust | undefined

  private constructor(
    server: TestServer,
    { desk, online }: Awaited<ReturnType<TestServer['product']>>,
  ) {
    this.server = server
    this.desk = desk
    this.online = online
  }

  static async open(t: TestContext): Promise<Site> {
    const server = await TestServer.start(t)
    const site = new Site(server, await server.product())
    await server.publish(site.desk, 1, [release('1.4.3')])
    return site
  }

  async look(changes: Partial<ReleaseInFull> = {}): Promise<Verdict> {
    const { body } = await this.server.of('GET', '/releases/1.4.3')
    const verdict = await verifyRelease({
      ...{ product: PRODUCT, shown: { ...body, ...changes }, kept: this.kept },
      fetchFile: async (name) =>
        this.forged.has(name) ? this.forged.get(name) : this.server.metadata(name),
      now: this.server.clock.now(),
    })
    if (verdict.outcome !== 'refused') this.kept = verdict.keep
    return verdict
  }

  async refusal(changes: Partial<ReleaseInFull> = {}): Promise<readonly string[]> {
    const verdict = await this.look(changes)
    assert.equal(verdict.outcome, 'refused')
    return verdict.outcome === 'refused' ? [verdict.step, verdict.code] : []
  }
}

test('a release is verified from the root to its own words, with the keys that signed each step', async (t) => {
  const site = await Site.open(t)
  const verdict = await site.look()
  assert.equal(verdict.outcome, 'verified')
  assert.deepEqual(
    verdict.steps.map(({ role, version, threshold, signers }) => [
      ...[role, role === 'timestamp' || role === 'snapshot' ? '' : version],
      ...[threshold, signers.length],
    ]),
    [
      ['root', 1, 2, 2],
      ['timestamp', '', 1, 1],
      ['snapshot', '', 1, 1],
      ['targets', 1, 1, 1],
      // One of its two keys is on P-256, which WebCrypto verifies.
      ['security', 1, 2, 2],
    ],
  )
  assert.deepEqual([verdict.isFirstUse, verdict.firstKeys.length], [true, 3])
  assert.equal((await site.look()).isFirstUse, false)
})

test('a byte that was changed in any of the files is seen, and the step says where', async (t) => {
  const site = await Site.open(t)
  const { steps } = await site.look()
  site.kept = undefined
  const versions = new Map(steps.map(({ role, version }) => [role, version]))
  for (const [file, step] of [
    ['1.root.json', 'root'],
    ['timestamp.json', 'timestamp'],
    [`${versions.get('snapshot')}.snapshot.json`, 'snapshot'],
    ['1.targets.json', 'targets'],
    ['1.security.json', 'role'],
  ] as const) {
    const bytes = await site.server.metadata(file)
    assert.ok(bytes !== undefined, file)
    // Inside the signed part, where the JSON stays JSON: a year.
    const text = new TextDecoder().decode(bytes)
    const changed = text.replace(/"expires":"20(\d)/, '"expires":"21$1')
    assert.notEqual(changed, text)
    site.forged.set(file, new TextEncoder().encode(changed))
    assert.equal((await site.refusal())[0], step, file)
    site.forged.set(file, undefined)
    assert.equal((await site.refusal())[0], step, `${file} is away`)
    site.forged.clear()
  }
  assert.equal((await site.look()).outcome, 'verified')
})

test('another root is refused once one was seen, and taken when a chain of the old one leads to it', async (t) => {
  const site = await Site.open(t)
  const first = await site.look()
  const stranger = new Desk()
  site.forged.set('1.root.json', stranger.rootMetadata(1, site.online))
  assert.deepEqual(await site.refusal(), ['root', 'ROOT_STRANGE'])
  site.forged.clear()
  site.forged.set('2.root.json', stranger.rootMetadata(2, site.online))
  assert.deepEqual(await site.refusal(), ['root', 'ROOT_STRANGE'])
  site.forged.clear()

  const later = new Desk()
  later.targets = site.desk.targets
  const signers = [...site.desk.root.slice(0, 2), ...later.root.slice(0, 2)]
  await site.server.upload('root', later.rootMetadata(2, site.online, { signers }))
  const second = await site.look()
  assert.equal(second.outcome, 'verified', JSON.stringify(second))
  assert.equal(second.steps[0]?.version, 2)
  assert.deepEqual(second.firstKeys, first.firstKeys)
})

test('an older state than was seen is refused, also when all of it is signed', async (t) => {
  const site = await Site.open(t)
  const older = await site.server.metadata('timestamp.json')
  site.server.clock.at = new Date(site.server.clock.at.getTime() + 60_000)
  await site.server.publish(site.desk, 2, [release('1.4.3'), release('1.4.4')])
  assert.equal((await site.look()).outcome, 'verified')
  site.forged.set('timestamp.json', older)
  assert.deepEqual(await site.refusal(), ['timestamp', 'VERSION_DECREASED'])
})

test('what is shown otherwise than it was signed is named, and a release that nobody lists is said so', async (t) => {
  const site = await Site.open(t)
  const verdict = await site.look({ notes: 'Nothing to see here', sha256: 'a'.repeat(64) })
  assert.equal(verdict.outcome, 'refused')
  if (verdict.outcome === 'refused') {
    assert.deepEqual([verdict.step, verdict.code], ['release', 'SHOWN_OTHERWISE'])
    assert.equal(verdict.facts.fields, 'sha256, notes')
  }
  await site.server.publish(site.desk, 2, [release('1.4.4')])
  assert.equal((await site.look()).outcome, 'not-listed')
  assert.deepEqual(await site.refusal({ listed: true }), ['release', 'TARGET_NOT_FOUND'])
})
