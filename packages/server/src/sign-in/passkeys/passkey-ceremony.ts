/**
 * The two ceremonies of WebAuthn level 3 (§7.1 making a passkey, §7.2 showing it), by @simplewebauthn/server. What a
 * browser answers is outside input: read with limits first, and everything of it that we rely on is checked against
 * what was asked for.
 */
import { createHash } from 'node:crypto'
import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/server'
import { z } from 'zod'
import { HttpError } from '../../http/problem.ts'
import type { Passkey } from './passkey-store.ts'

/** Who asks: passkeys made for one id open nothing at another. */
export interface RelyingParty {
  /** A domain, WebAuthn's rpId. */
  readonly id: string
  readonly origin: string
}

/** With the parsers of certificates that it brings, loaded when the first passkey is made or shown. */
const webauthn = () => import('@simplewebauthn/server')
const webauthnParsers = () => import('@simplewebauthn/server/helpers')

const PARTY_NAME = 'Fleetward'
/** Long enough to fetch a key from another room. */
const CEREMONY_MS = 300_000
/** Ed25519, ES256, and RS256 for TPMs that know nothing else (IANA COSE algorithms). */
const ALGORITHMS = [-8, -7, -257]

const base64url = (maxBytes: number) =>
  z
    .string()
    .min(1)
    .max(Math.ceil((maxBytes * 4) / 3))
    .regex(/^[A-Za-z0-9_-]+$/)

const TRANSPORTS = ['ble', 'cable', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb'] as const

// Not strict: every browser release adds members, and none of them is used.
const answered = {
  /** WebAuthn §4: at most 1023 bytes. */
  id: base64url(1023),
  rawId: base64url(1023),
  type: z.literal('public-key'),
}
const newPasskeySchema = z.object({
  ...answered,
  response: z.object({
    clientDataJSON: base64url(4096),
    attestationObject: base64url(8192),
    transports: z.array(z.string().max(32)).max(16).default([]),
  }),
})
const shownPasskeySchema = z.object({
  ...answered,
  response: z.object({
    clientDataJSON: base64url(4096),
    authenticatorData: base64url(2048),
    signature: base64url(1024),
    userHandle: base64url(64).nullish(),
  }),
})

export type ShownPasskey = z.output<typeof shownPasskeySchema>

/** Names an account towards authenticators without saying anything of it. */
export function userHandleOf(account: string): Uint8Array<ArrayBuffer> {
  const digest = createHash('sha256').update(`fleetward passkeys of ${account}`).digest()
  return new Uint8Array(digest)
}

export async function creationOptions(
  party: RelyingParty,
  { account, signInName, name }: { account: string; signInName: string; name: string },
  existing: readonly Passkey[],
): Promise<PublicKeyCredentialCreationOptionsJSON> {
  const { generateRegistrationOptions } = await webauthn()
  return generateRegistrationOptions({
    ...{ rpName: PARTY_NAME, rpID: party.id, timeout: CEREMONY_MS },
    ...{ userID: userHandleOf(account), userName: signInName, userDisplayName: name },
    attestationType: 'none',
    // Found without a name typed first, and never without its owner's finger, face or PIN.
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    excludeCredentials: existing.map(({ id, transports }) => ({ id, transports: [...transports] })),
    supportedAlgorithmIDs: ALGORITHMS,
  })
}

/** `allowed` for an account that is known already; without it the browser shows what it has. */
export async function requestOptions(
  party: RelyingParty,
  allowed: readonly Passkey[] = [],
): Promise<PublicKeyCredentialRequestOptionsJSON> {
  const { generateAuthenticationOptions } = await webauthn()
  return generateAuthenticationOptions({
    ...{ rpID: party.id, timeout: CEREMONY_MS, userVerification: 'required' },
    allowCredentials: allowed.map(({ id, transports }) => ({ id, transports: [...transports] })),
  })
}

export type MadePasskey = Pick<Passkey, 'id' | 'publicKey' | 'counter' | 'transports' | 'backedUp'>

export async function verifyMade(
  party: RelyingParty,
  response: unknown,
  challenge: string,
): Promise<MadePasskey> {
  const { data } = newPasskeySchema.safeParse(response)
  if (data === undefined) throw refused('it is not of the form of a passkey')
  return refusing(async () => {
    await requireOwnPage(data.response.clientDataJSON)
    const { decodeAttestationObject } = await webauthnParsers()
    const attestation = decodeAttestationObject(
      Buffer.from(data.response.attestationObject, 'base64url'),
    )
    // We asked for none. The formats with certificates would make the server fetch what those name.
    if (attestation.get('fmt') !== 'none') throw new Error('it came with an attestation')
    const { verifyRegistrationResponse } = await webauthn()
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response: { ...data, response: withoutTransports(data.response), clientExtensionResults: {} },
      ...{ expectedChallenge: challenge, expectedOrigin: party.origin, expectedRPID: party.id },
      ...{ requireUserVerification: true, supportedAlgorithmIDs: ALGORITHMS },
    })
    if (!verified) throw new Error('it does not verify')
    const { credential, credentialBackedUp } = registrationInfo
    if (credential.id !== data.id) throw new Error('it names another credential than it holds')
    return {
      ...{ id: credential.id, publicKey: credential.publicKey, counter: credential.counter },
      transports: TRANSPORTS.filter((known) => data.response.transports.includes(known)),
      backedUp: credentialBackedUp,
    }
  })
}

export function parseShown(response: unknown): ShownPasskey {
  const { data } = shownPasskeySchema.safeParse(response)
  if (data === undefined) throw refused('it is not of the form of a passkey')
  return data
}

export interface Shown {
  readonly counter: number
  readonly backedUp: boolean
  /**
   * The authenticator counted no further than it had before: there may be two of it (WebAuthn §6.1.1). Said only of a
   * signature that verified.
   */
  readonly mayBeCopied: boolean
}

export async function verifyShown(
  party: RelyingParty,
  shown: ShownPasskey,
  { challenge, passkey }: { readonly challenge: string; readonly passkey: Passkey },
): Promise<Shown> {
  return refusing(async () => {
    const { userHandle, ...response } = shown.response
    await requireOwnPage(response.clientDataJSON)
    const expected = Buffer.from(userHandleOf(passkey.account)).toString('base64url')
    if (typeof userHandle === 'string' && userHandle !== expected) {
      throw new Error('it was made for another account')
    }
    const { verifyAuthenticationResponse } = await webauthn()
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: { ...shown, response, clientExtensionResults: {} },
      ...{ expectedChallenge: challenge, expectedOrigin: party.origin, expectedRPID: party.id },
      requireUserVerification: true,
      // The library looks at the counter before the signature; here it is looked at below, after it.
      credential: { id: passkey.id, publicKey: new Uint8Array(passkey.publicKey), counter: 0 },
    })
    if (!verified) throw new Error('its signature is wrong')
    const { newCounter: counter, credentialBackedUp: backedUp } = authenticationInfo
    const counts = counter > 0 || passkey.counter > 0
    return { counter, backedUp, mayBeCopied: counts && counter <= passkey.counter }
  })
}

/** No page of ours is ever in a frame of somebody else's. */
async function requireOwnPage(clientData: string): Promise<void> {
  const { decodeClientDataJSON } = await webauthnParsers()
  if (decodeClientDataJSON(clientData).crossOrigin === true) {
    throw new Error('it was asked for in a frame of another page')
  }
}

function withoutTransports<Response extends object>(response: Response & { transports: unknown }) {
  const { transports: _, ...rest } = response
  return rest
}

/** Whatever does not verify is one answer; why is for the log. */
async function refusing<Result>(verify: () => Promise<Result>): Promise<Result> {
  try {
    return await verify()
  } catch (error) {
    throw refused('it does not verify', error)
  }
}

function refused(why: string, cause?: unknown): HttpError {
  return new HttpError(401, 'PASSKEY_REFUSED', `The passkey was refused: ${why}`, { cause })
}
