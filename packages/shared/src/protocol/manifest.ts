/** The update manifest (protocol §5): what the director wants installed, for whom, until when. */
import type { CryptoKey } from 'jose'
import { TrustError } from '../errors.ts'
import {
  ADVISORY_ID_MAX_BYTES,
  ARTIFACT_LENGTH_MAX_BYTES,
  MANIFEST_LENGTH_MAX_BYTES,
  MANIFEST_LIFETIME_SECONDS,
  NOTICE_ADVISORIES_MAX_COUNT,
  NOTICE_SUMMARY_MAX_BYTES,
  NOTICE_URL_MAX_BYTES,
  OFFERS_MAX_COUNT,
  POLICY_DURATION_MAX_SECONDS,
  RELEASE_PATH_MAX_BYTES,
  SALT_MAX_BYTES,
} from '../limits.ts'
import { RELEASE_KINDS, type ReleaseKind } from '../release/release.ts'
import { isVersion } from '../release/version.ts'
import {
  requireAudience,
  requireIssuer,
  requireNotExpired,
  requireNotFromTheFuture,
} from './claims.ts'
import { Fields } from './fields.ts'
import type { KeySet } from './key-set.ts'
import { directorIssuer, isName } from './names.ts'
import { SHARE_ALL, type Share } from './share.ts'
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

export interface Offer {
  readonly rollout: string
  /** A device that failed tries again when this grows. */
  readonly attempt: number
  readonly share: Share
  readonly release: OfferedRelease
  readonly policy: Policy
  readonly notice: Notice
  readonly withdrawn?: never
}

export interface WithdrawnOffer {
  readonly rollout: string
  readonly withdrawn: true
  readonly release: OfferedRelease
}

/** What must equal the words of the release keys, protocol §5.5. */
export interface OfferedRelease {
  readonly path: string
  readonly version: string
  readonly kind: ReleaseKind
  readonly securityCounter: number
  readonly length: number
  readonly sha256: string
}

export interface Policy {
  readonly apply: 'automatic' | 'ask'
  /** Seconds since 1970. */
  readonly notBefore?: number
  readonly deadline?: number
  /** Seconds in total that an owner may postpone. */
  readonly postponeUpTo?: number
  /** Seconds over which the devices' starts are spread. */
  readonly spread: number
  /** Seconds before a transfer that failed is tried again. */
  readonly retryAfter: number
}

export const SEVERITIES = ['none', 'low', 'medium', 'high', 'critical'] as const

export interface Notice {
  readonly summary: string
  readonly severity: (typeof SEVERITIES)[number]
  readonly advisories: readonly string[]
  readonly url?: string
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
  const manifest = parseManifest(
    new Fields(await verifyToken(token, FORM, expected.keys), 'MANIFEST_INVALID'),
  )
  requireIssuer(manifest.iss, directorIssuer(expected.product))
  requireAudience(manifest.aud, expected.audience)
  requireNotFromTheFuture(manifest.iat, expected.now)
  requireNotExpired(manifest.exp, expected.now)
  return manifest
}

export interface SigningKeyOfSet {
  readonly kid: string
  readonly key: CryptoKey
}

/** Refuses to sign what {@link verifyManifest} would refuse to read. */
export async function signManifest(manifest: Manifest, by: SigningKeyOfSet): Promise<string> {
  const { iss, aud, iat, exp, seq, offers } = manifest
  const claims = { iss, aud, iat, exp, seq, offers: offers.map(offerJson) }
  parseManifest(new Fields(claims, 'MANIFEST_INVALID'))
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

function parseManifest(claims: Fields): Manifest {
  const manifest = {
    iss: claims.text('iss', 200),
    aud: claims.text('aud', 200),
    iat: claims.integer('iat'),
    exp: claims.integer('exp'),
    seq: claims.integer('seq', 1),
    offers: claims.list('offers', { max: OFFERS_MAX_COUNT }, (items, index) =>
      items.object(index, parseListedOffer),
    ),
  }
  const lifetime = manifest.exp - manifest.iat
  claims.require(
    lifetime > 0 && lifetime <= MANIFEST_LIFETIME_SECONDS,
    'exp',
    `at most ${MANIFEST_LIFETIME_SECONDS} s after iat`,
  )
  // Unknown claims are ignored, so that an older device understands a newer server (protocol §5.2).
  return manifest
}

function parseListedOffer(fields: Fields): Offer | WithdrawnOffer {
  return fields.has('withdrawn') ? parseWithdrawn(fields) : parseOffer(fields)
}

function parseWithdrawn(fields: Fields): WithdrawnOffer {
  const offer = {
    rollout: fields.matching('rollout', isName, 'a name'),
    withdrawn: fields.alwaysTrue('withdrawn'),
    release: fields.object('release', parseOfferedRelease),
  }
  fields.refuseOthers()
  return offer
}

/** Also for an offer that a device has kept. */
export function parseOffer(fields: Fields): Offer {
  const offer = {
    rollout: fields.matching('rollout', isName, 'a name'),
    attempt: fields.integer('attempt', 1),
    share: fields.object('share', parseShare),
    release: fields.object('release', parseOfferedRelease),
    policy: fields.object('policy', parsePolicy),
    notice: fields.object('notice', parseNotice),
  }
  fields.refuseOthers()
  return offer
}

function parseShare(fields: Fields): Share {
  const share = {
    salt: fields.text('salt', SALT_MAX_BYTES),
    upTo: fields.integer('upTo', 0, SHARE_ALL),
  }
  fields.refuseOthers()
  return share
}

function parseOfferedRelease(fields: Fields): OfferedRelease {
  const release = {
    path: fields.text('path', RELEASE_PATH_MAX_BYTES),
    version: fields.matching('version', isVersion, 'a version'),
    kind: fields.oneOf('kind', RELEASE_KINDS),
    securityCounter: fields.integer('securityCounter', 1),
    length: fields.integer('length', 1, ARTIFACT_LENGTH_MAX_BYTES),
    sha256: fields.sha256('sha256'),
  }
  fields.refuseOthers()
  return release
}

function parsePolicy(fields: Fields): Policy {
  const duration = (name: string) => fields.integer(name, 0, POLICY_DURATION_MAX_SECONDS)
  const policy = {
    apply: fields.oneOf('apply', ['automatic', 'ask']),
    ...fields.optional('notBefore', (name) => fields.integer(name)),
    ...fields.optional('deadline', (name) => fields.integer(name)),
    ...fields.optional('postponeUpTo', duration),
    spread: duration('spread'),
    retryAfter: duration('retryAfter'),
  }
  fields.refuseOthers()
  return policy
}

function parseNotice(fields: Fields): Notice {
  const notice = {
    summary: fields.text('summary', NOTICE_SUMMARY_MAX_BYTES),
    severity: fields.oneOf('severity', SEVERITIES),
    advisories: fields.list('advisories', { max: NOTICE_ADVISORIES_MAX_COUNT }, (items, index) =>
      items.text(index, ADVISORY_ID_MAX_BYTES),
    ),
    ...fields.optional('url', (name) => fields.matching(name, isWebAddress, 'an https address')),
  }
  fields.refuseOthers()
  return notice
}

/** It is shown to people, who click: no other scheme, nothing that hides where it leads. */
function isWebAddress(text: unknown): text is string {
  return (
    typeof text === 'string' &&
    text.length <= NOTICE_URL_MAX_BYTES &&
    /^https:\/\/[A-Za-z0-9.-]+(?::\d{1,5})?(?:\/[\x21-\x7e]*)?$/.test(text)
  )
}

/** Rebuilt field by field: an offer may come from a wider object, and `undefined` is no JSON. */
function offerJson(offer: Offer | WithdrawnOffer) {
  const { path, version, kind, securityCounter, length, sha256 } = offer.release
  const release = { path, version, kind, securityCounter, length, sha256 }
  if (offer.withdrawn) return { rollout: offer.rollout, withdrawn: true, release }
  const { rollout, attempt, share, policy, notice } = offer
  return {
    rollout,
    attempt,
    share: { salt: share.salt, upTo: share.upTo },
    release,
    policy: { ...policy },
    notice: { ...notice },
  }
}
