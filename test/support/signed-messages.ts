/** Messages that are right in every respect, so that a test can make one thing wrong at a time. */
import {
  type Command,
  cohortAudience,
  commandsIssuer,
  deviceAudience,
  deviceUrn,
  directorIssuer,
  encodeKeySet,
  importKeySet,
  type Json,
  type JsonObject,
  type KeySet,
  keySetKeyId,
  type Manifest,
  type Offer,
  type Release,
  type Report,
  releaseCustomJson,
  requireRelease,
  type SigningKeyOfSet,
  serverAudience,
  type TargetFile,
  type VerifiedRelease,
} from '@fleetward/shared'
import { base64url, CompactSign, type CryptoKey } from 'jose'

export const PRODUCT = 'lumen-gateway-g1'
export const COHORT = 'early'
export const DEVICE = 'G1-0001'
/** Seconds since 1970; any moment would do, as long as no test reads a clock. */
export const NOW = 1_790_000_000
export const SHA256_A = 'a'.repeat(64)
export const SHA256_B = 'b'.repeat(64)

export interface Signer extends SigningKeyOfSet {
  readonly publicKey: Uint8Array
}

export async function ed25519Signer(): Promise<Signer> {
  const pair = await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify'])
  const { privateKey, publicKey } = pair as { privateKey: CryptoKey; publicKey: CryptoKey }
  const bytes = new Uint8Array(await crypto.subtle.exportKey('raw', publicKey))
  return { kid: keySetKeyId(bytes), key: privateKey, publicKey: bytes }
}

export async function p256Pair(): Promise<{ privateKey: CryptoKey; publicKey: CryptoKey }> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' }
  return (await crypto.subtle.generateKey(algorithm, false, ['sign', 'verify'])) as never
}

export function keySetOf(...signers: readonly Signer[]): Promise<KeySet> {
  return importKeySet(encodeKeySet(signers.map(({ publicKey }) => publicKey)))
}

/** Signs whatever it is given: what our own functions would refuse to sign, an attacker would not. */
export function forge(
  header: Readonly<Record<string, unknown>>,
  payload: Json | string,
  key: CryptoKey,
): Promise<string> {
  const text = typeof payload === 'string' ? payload : JSON.stringify(payload)
  return new CompactSign(new TextEncoder().encode(text))
    .setProtectedHeader(header as { alg: string })
    .sign(key)
}

/** The same token with another header, for verifiers that look at the header before the signature. */
export function withHeader(token: string, header: string | object): string {
  const text = typeof header === 'string' ? header : JSON.stringify(header)
  return [base64url.encode(text), ...token.split('.').slice(1)].join('.')
}

export const manifestHeader = (by: SigningKeyOfSet) => ({
  alg: 'Ed25519',
  kid: by.kid,
  typ: 'fleetward-manifest+jws',
})

export const commandHeader = (by: SigningKeyOfSet) => ({
  alg: 'Ed25519',
  kid: by.kid,
  typ: 'fleetward-command+jws',
})

export const reportHeader = { alg: 'ES256', typ: 'fleetward-report+jws' }

export function anOffer(changes: Partial<Offer> & { withdrawn?: never } = {}): Offer {
  return {
    rollout: 'fix-1-4-3',
    attempt: 1,
    share: { salt: 'b0f1', upTo: 10_000 },
    release: {
      path: 'security/1.4.3/gateway.tar.gz',
      version: '1.4.3',
      kind: 'security',
      securityCounter: 2,
      length: 3_000_000,
      sha256: SHA256_A,
    },
    policy: { apply: 'automatic', spread: 0, retryAfter: 60 },
    notice: { summary: 'Closes a hole', severity: 'high', advisories: ['FW-2026-001'] },
    ...changes,
  }
}

export function aManifest(changes: Partial<Manifest> = {}): Manifest {
  return {
    iss: directorIssuer(PRODUCT),
    aud: cohortAudience(PRODUCT, COHORT),
    iat: NOW,
    exp: NOW + 24 * 3600,
    seq: 7,
    offers: [anOffer()],
    ...changes,
  }
}

export function aCommand(changes: Partial<Command> = {}): Command {
  return {
    iss: commandsIssuer(PRODUCT),
    aud: deviceAudience(PRODUCT, DEVICE),
    seq: 3,
    iat: NOW,
    exp: NOW + 600,
    command: 'check-now',
    arguments: {},
    ...changes,
  }
}

export function aReport(changes: Partial<Report> = {}): Report {
  return {
    iss: deviceUrn(PRODUCT, DEVICE),
    aud: serverAudience(PRODUCT),
    iat: NOW,
    seq: 2,
    prev: SHA256_A,
    state: 'downloading',
    version: '1.4.2',
    securityCounter: 1,
    owner: { automaticSecurity: true, automaticFunctionality: false, optedOut: false },
    metadata: { root: 1, timestamp: 5, snapshot: 5, targets: 1 },
    nonce: 'n-0002',
    ...changes,
  }
}

export function aRelease(changes: Partial<Release> = {}): Release {
  return {
    path: 'security/1.4.3/gateway.tar.gz',
    role: 'security',
    product: PRODUCT,
    version: '1.4.3',
    line: '1.4',
    kind: 'security',
    securityCounter: 2,
    compatible: ['lumen-g1'],
    installer: 'slot-directory',
    format: 'tar.gz',
    length: 3_000_000,
    sha256: SHA256_A,
    chunks: {
      size: 1_048_576,
      path: 'security/1.4.3/gateway.tar.gz.chunks.json',
      sha256: SHA256_B,
    },
    installedSize: 9_000_000,
    sbom: { path: 'security/1.4.3/sbom.cdx.json', sha256: SHA256_B },
    fixes: ['CVE-2021-21315'],
    advisories: ['FW-2026-001'],
    notes: 'Closes a hole.\nNothing else.',
    releasedAt: NOW,
    postponeMax: 14 * 86_400,
    deadlineMin: 86_400,
    ...changes,
  }
}

/** The target file as release keys would have signed it; `custom` changes what is in it. */
export function targetFileOf(release: Release, custom: JsonObject = {}): TargetFile {
  const { fleetward } = releaseCustomJson(release) as { fleetward: JsonObject }
  return {
    path: release.path,
    length: release.length,
    hashes: new Map([['sha256', release.sha256]]),
    custom: { fleetward: { ...fleetward, ...custom } },
  }
}

export function verifiedRelease(changes: Partial<Release> = {}): VerifiedRelease {
  const release = aRelease(changes)
  return requireRelease(targetFileOf(release), release.product)
}

/** For assert.rejects and assert.throws: the code decides, never the message. */
export const withCode = (code: string) => (error: unknown) =>
  error instanceof Error && 'code' in error && error.code === code
