/**
 * What a device verifies before it downloads anything: the manifest, then root, timestamp, snapshot,
 * targets and the release role. Cold: every run parses all bytes anew and makes its keys anew, as
 * after a restart. Reading files and the network are not in it.
 */
import { createNodeVerifier, generateKey } from '@fleetward/platform'
import {
  cohortAudience,
  directorIssuer,
  encodeKeySet,
  importKeySet,
  keySetKeyId,
  MANIFEST_LIFETIME_SECONDS,
  type Manifest,
  requireRelease,
  searchTarget,
  signManifest,
  TrustedMetadata,
  verifyManifest,
} from '@fleetward/shared'
import { plausibleRelease, SignedProduct } from '../test/support/signed-product.ts'
import { type Figure, median } from './figure.ts'

const RUNS = 200
const WARM_UP_RUNS = 20
const PRODUCT = 'gateway'
const AUDIENCE = cohortAudience(PRODUCT, 'homes')

/** The goal is ours: not to be noticed beside one TLS handshake. */
const GOAL_MS = 5

export async function verifyBench(): Promise<Figure[]> {
  const product = signedProduct()
  const path = 'security/1.4.3/gateway.tar.zst'
  const { token, keySet } = await signedManifest()
  const now = new Date()
  const nowSeconds = Math.floor(now.getTime() / 1000)

  function verifyMetadata(): void {
    const verifier = createNodeVerifier()
    const trusted = new TrustedMetadata(product.newest('root'), { verifier, now })
    trusted.finishRoot()
    trusted.updateTimestamp(product.newest('timestamp'))
    trusted.updateSnapshot(product.newest('snapshot'))
    const search = searchTarget(trusted, path)
    let step = search.next()
    for (; !step.done; step = search.next()) {
      const { role, delegator } = step.value
      trusted.updateTargets(role, delegator, product.newest(role as 'targets' | 'security'))
    }
    if (step.value === undefined) throw new Error('the release was not found')
    requireRelease(step.value, PRODUCT)
  }

  async function verifyTheManifest(): Promise<void> {
    const keys = await importKeySet(keySet)
    await verifyManifest(token, { keys, product: PRODUCT, audience: AUDIENCE, now: nowSeconds })
  }

  return [
    await figure('manifest and TUF metadata verified, cold', async () => {
      await verifyTheManifest()
      verifyMetadata()
    }),
    await figure('TUF metadata verified, cold', async () => verifyMetadata()),
    await figure('manifest verified, cold', verifyTheManifest),
  ]
}

async function figure(what: string, run: () => Promise<void>): Promise<Figure> {
  for (let i = 0; i < WARM_UP_RUNS; i += 1) await run()
  const timesMs: number[] = []
  for (let i = 0; i < RUNS; i += 1) {
    const start = performance.now()
    await run()
    timesMs.push(performance.now() - start)
  }
  return { what, median: median(timesMs), unit: 'ms', runs: RUNS, goal: GOAL_MS }
}

/** Two lines with two releases each, and the files under trust/. */
function signedProduct(): SignedProduct {
  const product = new SignedProduct()
  const artifact = new Uint8Array(1000)
  for (const version of ['1.4.2', '1.4.3', '1.5.1']) {
    product.addRelease(plausibleRelease('security', version, artifact), artifact)
  }
  product.addRelease(plausibleRelease('functionality', '1.5.0', artifact), artifact)
  for (const name of ['director.jwks', 'commands.jwks', 'fleet-ca.pem', 'factory-settings.json']) {
    product.addFile('targets', `trust/${name}`, artifact)
  }
  product.publish()
  return product
}

async function signedManifest(): Promise<{ token: string; keySet: Uint8Array }> {
  const director = generateKey('ed25519')
  const release = plausibleRelease('security', '1.4.3', new Uint8Array(1000))
  const { path, version, kind, securityCounter, length, sha256 } = release
  const iat = Math.floor(Date.now() / 1000)
  const manifest: Manifest = {
    iss: directorIssuer(PRODUCT),
    aud: AUDIENCE,
    iat,
    exp: iat + MANIFEST_LIFETIME_SECONDS,
    seq: 12,
    offers: [
      {
        rollout: 'spring',
        attempt: 1,
        share: { salt: 'b0a7', upTo: 10_000 },
        release: { path, version, kind, securityCounter, length, sha256 },
        policy: { apply: 'automatic', spread: 3600, retryAfter: 600 },
        notice: { summary: 'Closes a hole.', severity: 'high', advisories: ['GW-2026-003'] },
      },
    ],
  }
  const kid = keySetKeyId(director.publicKey.bytes)
  const token = await signManifest(manifest, { kid, key: await director.toCryptoKey() })
  return { token, keySet: encodeKeySet([director.publicKey.bytes]) }
}
