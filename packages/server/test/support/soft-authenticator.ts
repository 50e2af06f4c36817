/**
 * An authenticator in a few lines, with every part of its answers to be bent: what no honest browser would send. The
 * honest ones are in test/sign-in, in a real browser.
 */
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'

export interface Bent {
  readonly origin?: string
  readonly rpId?: string
  readonly challenge?: string
  readonly userPresent?: boolean
  readonly userVerified?: boolean
  readonly crossOrigin?: boolean
  readonly counter?: number
  readonly type?: string
  /** With an attestation: the authenticator's own, which needs no certificate (WebAuthn §8.2). */
  readonly attested?: boolean
  readonly userHandle?: string
  readonly brokenSignature?: boolean
}

interface Asked {
  readonly challenge: string
  readonly rpId?: string | undefined
  readonly rp?: { readonly id?: string | undefined }
  readonly user?: { readonly id: string }
}

export class SoftAuthenticator {
  readonly #origin: string
  readonly #key: KeyObject
  readonly #publicKey: Buffer
  readonly id = randomBytes(32)
  userHandle = ''
  counter = 0

  constructor(origin: string) {
    this.#origin = origin
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
    this.#key = privateKey
    // COSE_Key, RFC 9053 §7.1: kty EC2, alg ES256, crv P-256, x, y.
    this.#publicKey = cborMap([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, Buffer.from(x, 'base64url')],
      [-3, Buffer.from(y, 'base64url')],
    ])
  }

  /** What `navigator.credentials.create()` answers, as JSON. */
  make(asked: Asked, bent: Bent = {}): object {
    this.userHandle = asked.user?.id ?? ''
    const attested = Buffer.concat([
      Buffer.alloc(16),
      ...[Buffer.from([0, this.id.length]), this.id, this.#publicKey],
    ])
    const authData = this.#authenticatorData(asked, bent, attested)
    const clientDataJSON = this.#clientData('webauthn.create', asked, bent)
    const statement: Entry[] = [
      ['alg', -7],
      ['sig', this.#sign(authData, clientDataJSON)],
    ]
    const attestation = cborMap([
      ['fmt', bent.attested ? 'packed' : 'none'],
      ['attStmt', cborMap(bent.attested ? statement : [])],
      ['authData', authData],
    ])
    return this.#answer({
      clientDataJSON,
      attestationObject: attestation.toString('base64url'),
      transports: ['internal', 'something-new'],
    })
  }

  /** What `navigator.credentials.get()` answers, as JSON. */
  show(asked: Asked, bent: Bent = {}): object {
    const authData = this.#authenticatorData(asked, bent)
    const clientDataJSON = this.#clientData('webauthn.get', asked, bent)
    const signature = this.#sign(authData, clientDataJSON)
    if (bent.brokenSignature) signature.writeUInt8(signature.readUInt8(20) ^ 1, 20)
    return this.#answer({
      clientDataJSON,
      authenticatorData: authData.toString('base64url'),
      signature: signature.toString('base64url'),
      userHandle: bent.userHandle ?? this.userHandle,
    })
  }

  #sign(authData: Buffer, clientDataJSON: string): Buffer {
    const digest = createHash('sha256').update(Buffer.from(clientDataJSON, 'base64url')).digest()
    return sign('sha256', Buffer.concat([authData, digest]), this.#key)
  }

  #answer(response: object): object {
    const id = this.id.toString('base64url')
    return { id, rawId: id, type: 'public-key', response, clientExtensionResults: {} }
  }

  #clientData(type: string, { challenge }: Asked, bent: Bent): string {
    const data = {
      type: bent.type ?? type,
      challenge: bent.challenge ?? challenge,
      origin: bent.origin ?? this.#origin,
      crossOrigin: bent.crossOrigin ?? false,
    }
    return Buffer.from(JSON.stringify(data)).toString('base64url')
  }

  #authenticatorData(asked: Asked, bent: Bent, attested = Buffer.alloc(0)): Buffer {
    const { userPresent = true, userVerified = true } = bent
    const party = bent.rpId ?? asked.rpId ?? asked.rp?.id ?? ''
    const flags =
      (userPresent ? 0x01 : 0) | (userVerified ? 0x04 : 0) | (attested.length > 0 ? 0x40 : 0)
    const counter = Buffer.alloc(4)
    counter.writeUInt32BE(bent.counter ?? this.counter)
    const digest = createHash('sha256').update(party).digest()
    return Buffer.concat([digest, Buffer.from([flags]), counter, attested])
  }
}

type CborValue = number | string | Buffer
type Entry = readonly [number | string, CborValue]

/** RFC 8949 §3, as much of it as WebAuthn needs. A Buffer under `attStmt` is a map that is encoded already. */
function cborMap(entries: readonly Entry[]): Buffer {
  return Buffer.concat([
    head(5, entries.length),
    ...entries.flatMap(([key, value]) => [
      cbor(key),
      key === 'attStmt' ? (value as Buffer) : cbor(value),
    ]),
  ])
}

function cbor(value: CborValue): Buffer {
  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value)
  const bytes = typeof value === 'string' ? Buffer.from(value) : value
  return Buffer.concat([head(typeof value === 'string' ? 3 : 2, bytes.length), bytes])
}

function head(major: number, value: number): Buffer {
  const top = major << 5
  if (value < 24) return Buffer.from([top | value])
  if (value < 256) return Buffer.from([top | 24, value])
  return Buffer.from([top | 25, value >> 8, value & 0xff])
}
