/**
 * The certificate request of a device (PKCS#10, RFC 2986): its id as common name, its P-256 public key,
 * signed with the private key to prove possession. Nothing else: what a certificate says is the
 * fleet CA's decision.
 */
import type { SigningKey } from '@fleetward/platform'
import { DER_TAG, DeviceError, requireDeviceId } from '@fleetward/shared'
import { der, derBitString, derObjectIdentifier, derSequence, derUtf8String } from './der.ts'

const COMMON_NAME = derObjectIdentifier('2.5.4.3') // X.520
const EC_PUBLIC_KEY = derObjectIdentifier('1.2.840.10045.2.1') // RFC 5480 §2.1.1
const P256 = derObjectIdentifier('1.2.840.10045.3.1.7') // RFC 5480 §2.1.1.1
const ECDSA_WITH_SHA256 = derObjectIdentifier('1.2.840.10045.4.3.2') // RFC 5758 §3.2

/** The device key, as the request, TLS and the certificate write it (RFC 5280 §4.1.2.7). */
export function publicKeyInfo(key: SigningKey): Buffer {
  if (key.publicKey.kind !== 'ecdsa-p256') {
    throw new DeviceError('STATE_CORRUPT', { what: 'device key', kind: key.publicKey.kind })
  }
  return derSequence(derSequence(EC_PUBLIC_KEY, P256), derBitString(key.publicKey.bytes))
}

/** DER. */
export function certificateRequest(device: string, key: SigningKey): Buffer {
  // RFC 2986 §4.1: version 0, subject, key, and the attributes, of which there are none.
  const information = derSequence(
    der(DER_TAG.integer, Buffer.of(0)),
    subjectOf(requireDeviceId(device)),
    publicKeyInfo(key),
    der(DER_TAG.context0),
  )
  // RFC 2986 §4.2
  return derSequence(
    information,
    derSequence(ECDSA_WITH_SHA256),
    derBitString(key.sign(information)),
  )
}

function subjectOf(device: string): Buffer {
  return derSequence(der(DER_TAG.set, derSequence(COMMON_NAME, derUtf8String(device))))
}
