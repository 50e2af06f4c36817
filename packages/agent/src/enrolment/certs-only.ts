/**
 * The answer of EST (RFC 7030 §4.1.3, §4.2.3): a PKCS#7 SignedData that signs nothing and only carries
 * certificates (RFC 5652 §5.1), in base64. Read strictly; that a certificate is in it says nothing
 * yet, {@link ./device-certificate.ts} looks at what it says.
 */
import { X509Certificate } from 'node:crypto'
import { DER_TAG, DerReader, TransferError } from '@fleetward/shared'
import { derObjectIdentifier } from './der.ts'

const SIGNED_DATA = derObjectIdentifier('1.2.840.113549.1.7.2')
const DATA = derObjectIdentifier('1.2.840.113549.1.7.1')
/** The device's own and the chain above it. */
const CERTIFICATES_MAX_COUNT = 8

export function parseCertsOnly(body: Uint8Array): X509Certificate[] {
  const contentInfo = new DerReader(bytesOfBase64(body), malformed)
  const outer = contentInfo.into(DER_TAG.sequence)
  contentInfo.end()
  requireObjectIdentifier(outer, SIGNED_DATA)
  const explicit = outer.into(DER_TAG.context0)
  outer.end()
  const signedData = explicit.into(DER_TAG.sequence)
  explicit.end()

  signedData.next(DER_TAG.integer) // version: 1 with certificates alone; nothing depends on it
  requireEmpty(signedData, DER_TAG.set) // no digests, because
  const content = signedData.into(DER_TAG.sequence)
  requireObjectIdentifier(content, DATA)
  // RFC 5652 §5.2: what could be signed "SHOULD be omitted", and means nothing if it is there.
  if (content.isNext(DER_TAG.context0)) content.next()
  content.end()
  const certificates = signedData.into(DER_TAG.context0)
  if (signedData.isNext(0xa1)) signedData.next(0xa1) // revocation lists, not asked for
  requireEmpty(signedData, DER_TAG.set)
  signedData.end()

  const found: X509Certificate[] = []
  while (!certificates.isAtEnd) {
    if (found.length === CERTIFICATES_MAX_COUNT) throw malformed('fewer certificates')
    found.push(parseCertificate(certificates.next(DER_TAG.sequence).bytes))
  }
  if (found.length === 0) throw malformed('a certificate')
  return found
}

/** RFC 7030 §4.1.3: base64 in lines (RFC 2045), which Buffer.from would read past any rubbish. */
function bytesOfBase64(body: Uint8Array): Uint8Array {
  try {
    const text = new TextDecoder('ascii', { fatal: true }).decode(body)
    return Uint8Array.fromBase64(text.trim(), { lastChunkHandling: 'strict' })
  } catch (cause) {
    throw new TransferError('SERVER_REFUSED', { answer: 'not base64' }, { cause })
  }
}

function parseCertificate(bytes: Uint8Array): X509Certificate {
  try {
    return new X509Certificate(bytes)
  } catch (cause) {
    throw new TransferError('SERVER_REFUSED', { answer: 'no certificate' }, { cause })
  }
}

function requireObjectIdentifier(reader: DerReader, expected: Buffer): void {
  const { bytes } = reader.next(DER_TAG.objectIdentifier)
  if (!expected.equals(bytes)) throw malformed('certs-only')
}

function requireEmpty(reader: DerReader, tag: number): void {
  reader.into(tag).end()
}

function malformed(expected: string): TransferError {
  return new TransferError('SERVER_REFUSED', { answer: 'not certs-only PKCS#7', expected })
}
