/**
 * Reads a device's certificate request (PKCS#10, RFC 2986) and believes nothing in it but the public
 * key, and that only after the request's own signature has shown that the sender holds the private
 * one (RFC 7030 §4.2.1). Requested extensions are ignored: the certificate is ours to word.
 */
import { createPublicKey } from 'node:crypto'
import { ENROLMENT_REQUEST_MAX_BYTES } from '@fleetward/shared'
import { HttpError } from '../http/problem.ts'
import { x509 } from '../tls/x509.ts'

export interface CertificateRequest {
  /** SPKI, DER. */
  readonly publicKey: Buffer
}

/** RFC 4648 §4 with the line breaks that RFC 7030 §4 lets a client put in. */
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

/** The request in `body` if it asks for `device` with a P-256 key it can sign with. */
export async function requireCertificateRequest(
  body: Uint8Array,
  device: string,
): Promise<CertificateRequest> {
  const request = parse(decode(body))

  // protocol §10: the subject is the device id and nothing else.
  const subject = request.subjectName.toJSON()
  const [name] = subject
  if (
    subject.length !== 1 ||
    name === undefined ||
    Object.keys(name).length !== 1 ||
    name.CN?.length !== 1 ||
    name.CN[0] !== device
  ) {
    throw new HttpError(
      400,
      'CERTIFICATE_REQUEST_SUBJECT_WRONG',
      'The subject of the certificate request must be CN=<device id>, the id of the user name',
    )
  }

  const { algorithm } = request.publicKey
  const signature = request.signatureAlgorithm as { name?: string; hash?: { name?: string } }
  if (
    algorithm.name !== 'ECDSA' ||
    (algorithm as { namedCurve?: string }).namedCurve !== 'P-256' ||
    signature.name !== 'ECDSA' ||
    signature.hash?.name !== 'SHA-256'
  ) {
    throw new HttpError(
      400,
      'CERTIFICATE_REQUEST_KEY_WRONG',
      'Device keys are ECDSA P-256, requests are signed with SHA-256',
    )
  }

  const publicKey = Buffer.from(request.publicKey.rawData)
  // OpenSSL checks that the point lies on the curve.
  if (!isOnCurve(publicKey) || !(await provesPossession(request))) {
    throw new HttpError(
      400,
      'CERTIFICATE_REQUEST_SIGNATURE_INVALID',
      'The certificate request is not signed with the key it names',
    )
  }
  return { publicKey }
}

function decode(body: Uint8Array): Buffer {
  if (body.length > ENROLMENT_REQUEST_MAX_BYTES) throw malformed()
  const text = Buffer.from(body)
    .toString('latin1')
    .replace(/[\r\n\t ]/g, '')
  if (text.length === 0 || !BASE64.test(text)) throw malformed()
  return Buffer.from(text, 'base64')
}

function parse(der: Buffer): x509.Pkcs10CertificateRequest {
  // The library ignores bytes behind the structure; what is signed must be all there is.
  if (!isOneSequence(der)) throw malformed()
  try {
    return new x509.Pkcs10CertificateRequest(der)
  } catch (cause) {
    throw malformed(cause)
  }
}

/** One DER SEQUENCE that fills the buffer (X.690 §8.1.3, definite lengths up to two bytes). */
function isOneSequence(der: Buffer): boolean {
  if (der.length < 2 || der[0] !== 0x30) return false
  const first = der.readUInt8(1)
  if (first < 0x80) return der.length === 2 + first
  if (first === 0x81) return der.length > 3 && der.length === 3 + der.readUInt8(2)
  if (first === 0x82) return der.length > 4 && der.length === 4 + der.readUInt16BE(2)
  return false
}

function isOnCurve(spki: Buffer): boolean {
  try {
    const key = createPublicKey({ key: spki, format: 'der', type: 'spki' })
    return key.asymmetricKeyDetails?.namedCurve === 'prime256v1'
  } catch {
    return false
  }
}

async function provesPossession(request: x509.Pkcs10CertificateRequest): Promise<boolean> {
  try {
    return await request.verify()
  } catch {
    return false
  }
}

const malformed = (cause?: unknown) =>
  new HttpError(
    400,
    'CERTIFICATE_REQUEST_INVALID',
    'The body must be one PKCS#10 certificate request in base64',
    { cause },
  )
