/**
 * A release of Fleetward itself, out of a clean clone: the sources, an SBOM, VEX, security.txt, what it is
 * (release.json), and SHA256SUMS signed with Ed25519. The same commit, Node.js and SOURCE_DATE_EPOCH give the same bytes,
 * so that a stranger can build it again and compare (scripts/verify-release.mjs).
 *
 *   npm run release:build                       for trying it out, with a key of the moment, into packaging/.built/release
 *   npm run release:build -- --release --key release.key --passphrase-file … --contact https://… --osv npm/all.zip
 */
import { execFileSync } from 'node:child_process'
import { createHash, createPublicKey } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { gzipSync } from 'node:zlib'
import { generateKey, loadPrivateKey, type SigningKey } from '@fleetward/platform'
import { checkQuality, readSbom, toOpenVex } from '@fleetward/vulnerability'
import { type Lock, readLock } from './lockfile.ts'
import { requireAnswered } from './own-findings.ts'
import { ownSbom } from './own-sbom.ts'
import { ownStatements } from './own-statements.ts'
import { securityText } from './security-text.ts'
import { supportOf } from './support.ts'

export interface ReleaseBuild {
  /** A clone with nothing changed in it, and its packages installed. */
  readonly clone: string
  readonly folder: string
  /** A URL or an e-mail address at which holes are reported. */
  readonly contact: string
  /** OSV's records of npm; without it nothing is asked, and the release says so. */
  readonly osv?: string | undefined
  readonly isTrial: boolean
  readonly now: Date
}

export class CannotReleaseError extends Error {
  override readonly name = 'CannotReleaseError'
}

const ARCHIVE_MAX_BYTES = 256 * 1024 * 1024

/** Everything but the signature. Either the whole folder is there afterwards, or it is as it was. */
export async function buildRelease(build: ReleaseBuild): Promise<void> {
  const { clone, folder, contact, osv, isTrial, now } = build
  requireClean(clone)
  const commit = git(clone, 'rev-parse', 'HEAD').trim()
  const committedAt = Number(git(clone, 'log', '-1', '--format=%ct').trim())
  const lock = readLock(readFileSync(join(clone, 'package-lock.json'), 'utf8'))
  const name = `fleetward-${lock.version}`
  const archive = archiveOf(clone, name)
  const said = new Date(committedAt * 1000).toISOString().replace('.000Z', 'Z')
  const sbom = ownSbom({
    ...{ lock, contact, committedAt: said, homepages: homepagesOf(clone, lock) },
    archive: { name: `${name}.tar.gz`, sha512: createHash('sha512').update(archive).digest('hex') },
  })
  await requireWhole(sbom)
  const statements = ownStatements(lock, committedAt)
  const findings =
    osv === undefined ? undefined : await requireAnswered(Buffer.from(sbom), osv, statements, now)
  const files: Readonly<Record<string, string | Uint8Array>> = {
    [`${name}.tar.gz`]: archive,
    [`${name}.cdx.json`]: sbom,
    ...(statements.length === 0 ? {} : { [`${name}.openvex.json`]: vexOf(lock, statements) }),
    'security.txt': securityText(contact, committedAt),
    'release.json': json({
      ...{ name: 'fleetward', version: lock.version, commit, committedAt: said, isTrial },
      builtWith: process.version,
      lockfileSha256: sha256(await readFile(join(clone, 'package-lock.json'))),
      support: supportOf(lock.version),
      matchedWith: findings === undefined ? null : { feed: 'OSV, npm', findings },
    }),
  }
  const work = `${folder}.part`
  await rm(work, { recursive: true, force: true })
  await mkdir(work, { recursive: true })
  for (const [file, content] of Object.entries(files)) await writeFile(join(work, file), content)
  await writeFile(join(work, 'SHA256SUMS'), await sumsOf(work))
  await rm(folder, { recursive: true, force: true })
  await rename(work, folder)
}

/** Over SHA256SUMS as it lies there: Ed25519, in base64. */
export async function signRelease(folder: string, key: SigningKey): Promise<void> {
  const signature = key.sign(await readFile(join(folder, 'SHA256SUMS')))
  await writeFile(join(folder, 'SHA256SUMS.sig'), `${Buffer.from(signature).toString('base64')}\n`)
}

function requireClean(clone: string): void {
  const changed = git(clone, 'status', '--porcelain').trim()
  if (changed === '') return
  throw new CannotReleaseError(
    `${clone} has changes that no commit has:\n${changed.slice(0, 500)}\nBuild in a fresh clone: git clone <repository> release && cd release`,
  )
}

function archiveOf(clone: string, name: string): Uint8Array {
  const tar = execFileSync('git', ['archive', '--format=tar', `--prefix=${name}/`, 'HEAD'], {
    ...{ cwd: clone, maxBuffer: ARCHIVE_MAX_BYTES, timeout: 120_000 },
  })
  return gzipSync(tar, { level: 9 })
}

function homepagesOf(clone: string, { packages }: Lock): ReadonlyMap<string, string> {
  return new Map(
    packages.flatMap(({ path }): [string, string][] => {
      const file = join(clone, path, 'package.json')
      // Of another platform: it is in the lockfile and not installed here, and the next build is to say the same.
      if (!existsSync(file) || /node_modules\/node-/.test(path)) return []
      const { repository, homepage } = JSON.parse(readFileSync(file, 'utf8'))
      const url = [typeof repository === 'string' ? repository : repository?.url, homepage]
        .filter((each): each is string => typeof each === 'string')
        .map((each) => each.replace(/^git\+/, '').replace(/^git:\/\//, 'https://'))
        .find((each) => /^https?:\/\/[^\s/]+\S*$/.test(each))
      return url === undefined ? [] : [[path, url]]
    }),
  )
}

async function requireWhole(sbom: string): Promise<void> {
  const { passed, findings } = checkQuality(await readSbom(Buffer.from(sbom)), 'bsi')
  if (passed) return
  const lines = findings.slice(0, 20).map(({ ref = '', message }) => `${ref} ${message}`)
  throw new CannotReleaseError(
    `The SBOM falls short of BSI TR-03183-2; mend own-sbom.ts:\n${lines.join('\n')}`,
  )
}

function vexOf(lock: Lock, statements: Parameters<typeof toOpenVex>[1]): string {
  const at = statements[0]?.at ?? 0
  const head = {
    ...{ id: `urn:fleetward:vex:${lock.version}`, version: 1, firstAt: at, at },
    ...{ publisher: 'The makers of Fleetward', namespace: 'https://openvex.dev/' },
  }
  return json(toOpenVex(head, statements).document)
}

async function sumsOf(folder: string): Promise<string> {
  const names = (await readdir(folder)).sort()
  const lines = names.map(
    async (name) => `${sha256(await readFile(join(folder, name)))}  ${name}\n`,
  )
  return (await Promise.all(lines)).join('')
}

const json = (value: object) => `${JSON.stringify(value, null, 1)}\n`
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

function git(clone: string, ...words: readonly string[]): string {
  return execFileSync('git', words, { cwd: clone, encoding: 'utf8', timeout: 60_000 })
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      folder: { type: 'string', default: 'packaging/.built/release' },
      release: { type: 'boolean', default: false },
      key: { type: 'string' },
      'passphrase-file': { type: 'string' },
      contact: { type: 'string' },
      osv: { type: 'string' },
    },
  })
  const { key: keyFile, contact, osv, release } = values
  if (release && (keyFile === undefined || contact === undefined || osv === undefined)) {
    throw new CannotReleaseError(
      'A release needs --key, --contact and --osv: who signs it, who answers for it, and what is known of its parts. To try it out, leave --release away.',
    )
  }
  const key = keyFile === undefined ? generateKey('ed25519') : await keyIn(keyFile, values)
  const folder = resolve(values.folder)
  process.stdout.write('Building the release: some seconds.\n')
  await buildRelease({
    ...{ clone: process.cwd(), folder, osv, isTrial: !release, now: new Date() },
    contact: contact ?? 'https://fleetward.invalid/',
  })
  await signRelease(folder, key)
  const publicFile = `${folder}.pub`
  await writeFile(publicFile, publicPem(key))
  const kind = release ? 'a release' : 'a trial, signed with a key of the moment'
  process.stdout.write(
    `${folder}\n  ${kind}\nVerify it: node scripts/verify-release.mjs ${folder} --key ${publicFile}${release ? '' : ' --trial'}\n`,
  )
}

/** SPKI in PEM, as openssl reads it. */
export function publicPem({ publicKey }: SigningKey): string {
  if (publicKey.kind !== 'ed25519') throw new CannotReleaseError('Releases are signed with Ed25519')
  const x = Buffer.from(publicKey.bytes).toString('base64url')
  const key = createPublicKey({ format: 'jwk', key: { kty: 'OKP', crv: 'Ed25519', x } })
  return key.export({ format: 'pem', type: 'spki' }).toString()
}

async function keyIn(
  file: string,
  { 'passphrase-file': passphraseFile }: { readonly 'passphrase-file'?: string | undefined },
): Promise<SigningKey> {
  const passphrase = passphraseFile && (await readFile(passphraseFile, 'utf8')).replace(/\n$/, '')
  return loadPrivateKey(await readFile(file, 'utf8'), passphrase)
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await main().catch((error: Error) => {
    process.stderr.write(`${error.message}\n`)
    process.exitCode = 1
  })
}
