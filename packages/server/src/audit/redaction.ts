/**
 * The last line against a secret in the audit log, in an event or in a webhook. Callers never pass one; if one of them
 * does, an export to somebody's log server must not be how it gets out.
 */

export const REMOVED = '[removed]'

/** Members that hold a secret, by their name; `tokenId` and `passwordChangedAt` hold none. */
const SECRET_NAMES: readonly RegExp[] = [
  /(pass(word|phrase|wd)|secret|token|credential|cookie|authorization|seed|salt)s?$/i,
  /(private|api|sealing|wrapping|signing)[-_ ]?keys?$/i,
  /(recovery|pairing|backup|one[-_ ]?time)[-_ ]?codes?$/i,
  /^(otp|totp|pin|csrf|nonce|assertion|pem)$/i,
]

/** What a secret looks like wherever it stands; docs/operating/audit.md has this table. */
export const SECRET_SHAPES: readonly { readonly what: string; readonly shape: RegExp }[] = [
  // `fwa_` tokens, `fwe_` enrolment tokens and whatever else of ours begins so.
  { what: 'a token of this server', shape: /\bfw[a-z]{1,3}_[\w-]{16,}/g },
  { what: 'a sealed secret', shape: /\bfws\d+\.[0-9a-f]{16}\.[\w-]+/g },
  { what: 'the secret of a webhook', shape: /\bwhsec_[\w+/=-]{8,}/g },
  { what: 'a JWS or JWT', shape: /\beyJ[\w-]{8,}\.[\w-]*\.?[\w-]*/g },
  { what: 'PEM', shape: /-----BEGIN [^-]*PRIVATE[^-]*-----[\s\S]*?(-----END[^-]*-----|$)/g },
  { what: 'the digest of a password', shape: /\$(argon2\w*|scrypt|2[aby])\$[\w$+/=.,-]+/g },
  { what: 'a credential in a header', shape: /\b(basic|bearer)\s+[\w+/=.~-]{8,}/gi },
  { what: 'the user part of a URL', shape: /(?<=:\/\/)[^/\s@]+@/g },
  { what: 'the query of a URL', shape: /(?<=\b[a-z][a-z0-9+.-]*:\/\/[^\s?#]+)[?#]\S+/gi },
]

export function namesSecret(name: string): boolean {
  return SECRET_NAMES.some((pattern) => pattern.test(name))
}

export function withoutSecrets(text: string): string {
  return SECRET_SHAPES.reduce((rest, { shape }) => rest.replace(shape, REMOVED), text)
}
