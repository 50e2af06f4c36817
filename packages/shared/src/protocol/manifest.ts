/** The update manifest (protocol §5): what the director wants installed, for whom, until when. */
import type { CryptoKey } from 'jose'
import { TrustError } from '../errors.ts'
import { Fields } from '../json/fields.ts'
import {
  BUNDLE_LIFETIME_SECONDS,
  MANIFEST_LENGTH_MAX_BYTES,
  MANIFEST_LIFETIME_SECONDS,
  OFFERS_MAX_COUNT,
  SEQUENCE_LEAD_MAX,
} from '../limits.ts'
import {
  requireAudience,
  requireIssuer,
  requireNotExpired,
  requireNotFromTheFuture,
} from './claims.ts'
import type { KeySet } from './key-set.ts'
import { type Offer, offerJson, parseListedOffer, type WithdrawnOffer } from './offer.ts'
import { directorIssuer, offlineDirectorIssuer } from './parties.ts'
import { signToken, type TokenForm, tokenDigest, verifyToken } from './token.ts'

export interface Manifest {
  readonly iss: string
  readonly aud: string
  /** Seconds since 1970. */
  readonly iat: number
  readonly exp: number
  /** Grows with every signing, per topic. */
  readonly seq: number
  readonly offers: readonly (Offer | WithdrawnOffer)[]
}

const FORM: TokenForm = {
  typ: 'fleetward-manifest+jws',
  alg: 'Ed25519',
  maxBytes: MANIFEST_LENGTH_MAX_BYTES,
}

/** `audience` is of the topic it came on, `now` in seconds. The sequence is left to {@link acceptSequence}. */
export async function verifyManifest(
  token: string,
  expected: { keys: KeySet; product: string; audience: string; now: number },
): Promise<Manifest> {
  const claims = new Fields(await verifyToken(token, FORM, expected.keys), 'MANIFEST_INVALID')
  const manifest = parseManifest(claims, MANIFEST_LIFETIME_SECONDS)
  requireIssuer(manifest.iss, directorIssuer(expected.product))
  requireAudience(manifest.aud, expected.audience)
  requireNotFromTheFuture(manifest.iat, expected.now)
  requireNotExpired(manifest.exp, expected.now)
  return manifest
}

/** The manifest of an offline bundle (protocol §14): another key, other audiences, a longer life. */
export async function verifyBundleManifest(
  token: string,
  expected: { keys: KeySet; product: string; audiences: readonly string[]; now: number },
): Promise<Manifest> {
  const claims = new Fields(await verifyToken(token, FORM, expected.keys), 'MANIFEST_INVALID')
  const manifest = parseManifest(claims, BUNDLE_LIFETIME_SECONDS)
  requireIssuer(manifest.iss, offlineDirectorIssuer(expected.product))
  requireAudience(
    manifest.aud,
    expected.audiences.find((audience) => audience === manifest.aud) ??
      expected.audiences.join(' | '),
  )
  requireNotFromTheFuture(manifest.iat, expected.now)
  requireNotExpired(manifest.exp, expected.now)
  return manifest
}

export interface SigningKeyOfSet {
  readonly kid: string
  readonly key: CryptoKey
}

/** Refuses to sign what {@link verifyManifest} would refuse to read. */
export function signManifest(manifest: Manifest, by: SigningKeyOfSet): Promise<string> {
  return sign(manifest, by, MANIFEST_LIFETIME_SECONDS)
}

/** Refuses to sign what {@link verifyBundleManifest} would refuse to read. */
export function signBundleManifest(manifest: Manifest, by: SigningKeyOfSet): Promise<string> {
  return sign(manifest, by, BUNDLE_LIFETIME_SECONDS)
}

async function sign(
  { iss, aud, iat, exp, seq, offers }: Manifest,
  by: SigningKeyOfSet,
  lifetimeMaxSeconds: number,
): Promise<string> {
  const claims = { iss, aud, iat, exp, seq, offers: offers.map(offerJson) }
  parseManifest(new Fields(claims, 'MANIFEST_INVALID'), lifetimeMaxSeconds)
  return signToken({ ...FORM, ...by, claims })
}

/** Per audience and across restarts and resets: no manifest that was followed by another comes back. */
export function acceptSequence(
  last: { readonly seq: number; readonly digest: string } | undefined,
  token: string,
  seq: number,
): 'new' | 'redelivery' {
  if (last === undefined || seq > last.seq) return 'new'
  if (seq < last.seq) throw new TrustError('SEQUENCE_REPLAYED', { last: last.seq, seen: seq })
  if (tokenDigest(token) === last.digest) return 'redelivery'
  throw new TrustError('SEQUENCE_CONFLICT', { seq })
}

function parseManifest(claims: Fields, lifetimeMaxSeconds: number): Manifest {
  const iat = claims.integer('iat')
  const manifest = {
    iss: claims.text('iss', 200),
    aud: claims.text('aud', 200),
    iat,
    exp: claims.integer('exp'),
    seq: claims.integer('seq', 1, iat + SEQUENCE_LEAD_MAX),
    offers: claims.list('offers', { max: OFFERS_MAX_COUNT }, (items, index) =>
      items.object(index, parseListedOffer),
    ),
  }
  const lifetime = manifest.exp - manifest.iat
  claims.require(
    lifetime > 0 && lifetime <= lifetimeMaxSeconds,
    'exp',
    `at most ${lifetimeMaxSeconds} s after iat`,
  )
  // Unknown claims are ignored, so that an older device understands a newer server (protocol §5.2).
  return manifest
}
