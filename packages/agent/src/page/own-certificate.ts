/**
 * The page's certificate on the local network (RFC 5280): made by the device for itself, because no
 * public authority certifies a name that exists only at home. The owner compares its fingerprint
 * once with what `fleetward-agent pairing` says.
 */
import { randomBytes } from 'node:crypto'
import { isIP } from 'node:net'
import type { SigningKey } from '@fleetward/platform'
import { DER_TAG } from '@fleetward/shared'
import { publicKeyInfo } from '../enrolment/certificate-request.ts'
import {
  der,
  derBitString,
  derObjectIdentifier,
  derSequence,
  derUtf8String,
} from '../enrolment/der.ts'

const BOOLEAN = 0x01
const UTC_TIME = 0x17
const GENERALIZED_TIME = 0x18
/** [2] and [7] of GeneralName, and [3] of TBSCertificate. */
const DNS_NAME = 0x82
const IP_ADDRESS = 0x87
const EXTENSIONS = 0xa3

const COMMON_NAME = derObjectIdentifier('2.5.4.3')
const ECDSA_WITH_SHA256 = derSequence(derObjectIdentifier('1.2.840.10045.4.3.2')) // RFC 5758 §3.2
const BASIC_CONSTRAINTS = derObjectIdentifier('2.5.29.19')
const KEY_USAGE = derObjectIdentifier('2.5.29.15')
const EXTENDED_KEY_USAGE = derObjectIdentifier('2.5.29.37')
const SUBJECT_ALT_NAME = derObjectIdentifier('2.5.29.17')
const SERVER_AUTH = derObjectIdentifier('1.3.6.1.5.5.7.3.1')

/** From before any device was made, so that a device whose clock starts in 1970 can use it too … */
const NOT_BEFORE = der(UTC_TIME, Buffer.from('200101000000Z'))
/** … to "no end", as RFC 5280 §4.1.2.5 writes it for devices. */
const NOT_AFTER = der(GENERALIZED_TIME, Buffer.from('99991231235959Z'))

/** DER. `names` are host names and addresses. */
export function ownCertificate(device: string, names: readonly string[], key: SigningKey): Buffer {
  const subject = derSequence(der(DER_TAG.set, derSequence(COMMON_NAME, derUtf8String(device))))
  const certificate = derSequence(
    der(DER_TAG.context0, der(DER_TAG.integer, Buffer.of(2))), // v3
    der(DER_TAG.integer, serialNumber()),
    ECDSA_WITH_SHA256,
    subject,
    derSequence(NOT_BEFORE, NOT_AFTER),
    subject,
    publicKeyInfo(key),
    der(EXTENSIONS, derSequence(...extensions(names))),
  )
  return derSequence(certificate, ECDSA_WITH_SHA256, derBitString(key.sign(certificate)))
}

/** RFC 5280 §4.1.2.2: positive, at most 20 octets. */
function serialNumber(): Buffer {
  const bytes = randomBytes(16)
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40
  return bytes
}

function extensions(names: readonly string[]): readonly Buffer[] {
  const critical = der(BOOLEAN, Buffer.of(0xff))
  const value = (contents: Buffer) => der(DER_TAG.octetString, contents)
  return [
    // No certificate authority: whoever trusts it trusts this page alone.
    derSequence(BASIC_CONSTRAINTS, critical, value(derSequence())),
    derSequence(KEY_USAGE, critical, value(der(DER_TAG.bitString, Buffer.of(7, 0x80)))),
    derSequence(EXTENDED_KEY_USAGE, value(derSequence(SERVER_AUTH))),
    derSequence(SUBJECT_ALT_NAME, value(derSequence(...names.map(generalName)))),
  ]
}

function generalName(name: string): Buffer {
  const version = isIP(name)
  if (version === 0) return der(DNS_NAME, Buffer.from(name, 'ascii'))
  return der(IP_ADDRESS, version === 4 ? Buffer.from(name.split('.').map(Number)) : ipv6(name))
}

function ipv6(name: string): Buffer {
  // Written out by the URL standard; a mapped IPv4 address becomes groups there too.
  const [head = '', tail] = new URL(`http://[${name}]`).hostname.slice(1, -1).split('::')
  const groups = (text: string) => (text === '' ? [] : text.split(':'))
  const left = groups(head)
  const right = tail === undefined ? [] : groups(tail)
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => '0')
  const all = [...left, ...zeros, ...right].map((group) => Number.parseInt(group, 16))
  return Buffer.from(all.flatMap((group) => [group >> 8, group & 0xff]))
}
