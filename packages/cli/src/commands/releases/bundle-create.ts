/** `fleetward bundle create`: one file that brings a release to devices without a network (protocol §14). */
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import {
  BUNDLE_LIFETIME_SECONDS,
  BUNDLE_MANIFEST_NAME,
  bundleAudience,
  keySetKeyId,
  metadataFileName,
  NOTICE_ADVISORIES_MAX_COUNT,
  offlineDirectorIssuer,
  requireRelease,
  SEVERITIES,
  SHARE_ALL,
  signBundleManifest,
  targetFilePath,
  type VerifiedRelease,
} from '@fleetward/shared'
import { type Command, Option } from 'commander'
import { type BundlePart, writeBundle } from '../../desk/bundle-archive.ts'
import type { DeskFolder } from '../../desk/desk-folder.ts'
import { findPublicKey, unlockKey } from '../../desk/key-file.ts'
import { allMetadata, requireSigned } from '../../desk/metadata-file.ts'
import { OFFLINE_DIRECTOR, requireEd25519 } from '../../desk/offline-director.ts'
import { currentReleases } from '../../desk/releases.ts'
import { requireTargetFile } from '../../desk/target-files.ts'
import { Refusal } from '../../refusal.ts'
import { fetchMetadata } from '../../server/public-repository.ts'
import { readPassphrase } from '../../terminal.ts'
import {
  deskOf,
  durationSeconds,
  productOption,
  type Surroundings,
  versionWord,
  withExamples,
} from '../command-line.ts'

interface BundleOptions {
  readonly product: string
  readonly release: string
  readonly key: string
  readonly device?: string
  readonly valid: number
  readonly severity: (typeof SEVERITIES)[number]
  readonly publicUrl: string
  readonly passphraseFile?: string
  readonly out: string
}

export function addBundleCreate(bundle: Command, { terminal, now, finish }: Surroundings): void {
  const create = bundle
    .command('create')
    .description('make one file that devices without a network can install a release from')
    .addOption(productOption())
    .requiredOption('--release <version>', 'published and not withdrawn', versionWord)
    .requiredOption('--key <name>', 'one of the keys in trust/offline-director.jwks')
    .option('--passphrase-file <file>', 'read its passphrase from here instead of asking')
    .option('--device <id>', 'the only device that may use it')
    .addOption(
      new Option('--valid <duration>', 'how long it can be applied, at most 30d')
        .argParser(durationSeconds)
        .default(BUNDLE_LIFETIME_SECONDS, '30d'),
    )
    .addOption(
      new Option('--severity <word>', 'what the owner is told').choices(SEVERITIES).default('none'),
    )
    .option('--public-url <url>', 'where the metadata of now is', 'https://localhost:8444')
    .requiredOption('--out <file>', 'usually *.fwbundle')
    .action(async (options: BundleOptions, command: Command) => {
      const desk = deskOf(command)
      const { product, out } = options
      const release = await requireCurrent(desk, product, options.release)
      const key = await findPublicKey(desk, options.key)
      const kid = keySetKeyId(requireEd25519(key.name, key.publicKey))
      const trust = await requireListedKey(desk, product, key.name, kid)

      const root = await requireSigned(desk, product, 'root')
      const ca = await readFile(desk.serverCa(product), 'utf8')
      const where = { product, url: options.publicUrl, ca }
      const fetched = await fetchMetadata(where, root.bytes, release.role, now())
      requireListed(release, fetched.releases.targets.get(release.path), product)

      const passphrase = await readPassphrase(terminal, options.passphraseFile, key.name, {
        twice: false,
      })
      const signingKey = await unlockKey(desk, key, passphrase)
      const issuedAt = Math.floor(now().getTime() / 1000)
      const expiresAt = issuedAt + Math.min(options.valid, BUNDLE_LIFETIME_SECONDS)
      const token = await signBundleManifest(
        {
          iss: offlineDirectorIssuer(product),
          aud: bundleAudience(product, options.device),
          iat: issuedAt,
          exp: expiresAt,
          seq: issuedAt,
          offers: [offerOf(release, issuedAt, options.severity)],
        },
        { kid, key: await signingKey.toCryptoKey() },
      )
      const roots = (await allMetadata(desk, product, 'root')).filter(
        ({ signed }) => signed.version > 1,
      )
      const parts: BundlePart[] = [
        { path: BUNDLE_MANIFEST_NAME, content: Buffer.from(token) },
        ...roots.map(({ signed, bytes }) => ({
          path: `metadata/${metadataFileName('root', signed.version)}`,
          content: bytes,
        })),
        ...[...fetched.files].map(([name, content]) => ({ path: `metadata/${name}`, content })),
        await targetPart(desk, product, `trust/${OFFLINE_DIRECTOR}`, trust),
        await chunkListPart(desk, product, release),
        await targetPart(desk, product, release.path, release),
      ]
      await writeBundle(resolve(out), product, parts)
      const until = new Date(expiresAt * 1000).toISOString()
      finish({
        json: {
          ...{ product, version: release.version, file: resolve(out), expiresAt },
          ...(options.device === undefined ? {} : { device: options.device }),
        },
        lines: [
          `bundle of ${product} ${release.version} for ${options.device ?? 'every device'}: ${resolve(out)}`,
          `It can be applied until ${until}: fleetward-agent install --file <bundle>.`,
        ],
      })
    })
  withExamples(
    create,
    'bundle create --product lumen-gateway-g1 --release 1.4.3 --key offline-director-1 --public-url https://updates.example.com:8444 --out g1-1.4.3.fwbundle',
  )
}

function offerOf(
  { path, version, kind, securityCounter, length, sha256, notes, advisories }: VerifiedRelease,
  issuedAt: number,
  severity: BundleOptions['severity'],
) {
  return {
    rollout: `bundle-${version.replaceAll('.', '-')}`,
    // Of a later bundle a device tries again what it failed at before: somebody brought it there.
    attempt: issuedAt,
    share: { salt: 'bundle', upTo: SHARE_ALL },
    release: { path, version, kind, securityCounter, length, sha256 },
    policy: { apply: 'automatic', spread: 0, retryAfter: 0 } as const,
    notice: {
      summary: (notes === '' ? `Version ${version}` : notes).slice(0, 100),
      severity,
      advisories: advisories.slice(0, NOTICE_ADVISORIES_MAX_COUNT),
    },
  }
}

async function requireCurrent(
  desk: DeskFolder,
  product: string,
  version: string,
): Promise<VerifiedRelease> {
  const releases = await currentReleases(desk, product)
  const release = releases.find((candidate) => candidate.version === version)
  if (release !== undefined) return release
  throw new Refusal('NO_SUCH_RELEASE', `${product} ${version} is not on offer at this desk`, {
    next: `On offer: ${releases.map((one) => one.version).join(', ') || 'nothing'}.`,
    facts: { product, version },
  })
}

/** A device takes no key from the bundle that the `targets` role has not signed. */
async function requireListedKey(desk: DeskFolder, product: string, name: string, kid: string) {
  const { metadata } = await requireSigned(desk, product, 'targets')
  const listed = metadata.signed.targets.get(`trust/${OFFLINE_DIRECTOR}`)
  const trust = listed && { length: listed.length, sha256: listed.hashes.get('sha256') ?? '' }
  const path = `trust/${OFFLINE_DIRECTOR}`
  const set = trust && (await readFile(await requireTargetFile(desk, product, path, trust), 'utf8'))
  if (trust !== undefined && set?.includes(`"${kid}"`)) return trust
  throw new Refusal('KEY_WITHOUT_AUTHORITY', `The key ${name} may not sign bundles`, {
    next: `Run \`fleetward repository renew --product ${product} --role targets --offline-director-key ${name}\`, sign and publish it.`,
    facts: { key: name },
  })
}

function requireListed(
  release: VerifiedRelease,
  file: Parameters<typeof requireRelease>[0] | undefined,
  product: string,
): void {
  if (file !== undefined && requireRelease(file, product).sha256 === release.sha256) return
  throw new Refusal('RELEASE_NOT_LISTED', `The server does not publish ${release.version} now`, {
    next: 'Publish it first: fleetward release publish.',
  })
}

async function chunkListPart(
  desk: DeskFolder,
  product: string,
  { role, chunks }: VerifiedRelease,
): Promise<BundlePart> {
  const { metadata } = await requireSigned(desk, product, role)
  const length = metadata.signed.targets.get(chunks.path)?.length ?? 0
  return targetPart(desk, product, chunks.path, { length, sha256: chunks.sha256 })
}

async function targetPart(
  desk: DeskFolder,
  product: string,
  path: string,
  { length, sha256 }: { length: number; sha256: string },
): Promise<BundlePart> {
  const file = await requireTargetFile(desk, product, path, { length, sha256 })
  return { path: `targets/${targetFilePath(path, sha256)}`, content: { file, length, sha256 } }
}
