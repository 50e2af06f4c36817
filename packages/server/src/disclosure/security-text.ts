/** `/.well-known/security.txt`, RFC 9116. Pure. */
import type { KeptDisclosureSettings } from './disclosure-settings.ts'

/** RFC 9116 §2.5.5 recommends less than a year; a third of it lets people who are gone be noticed in time. */
export const LIFETIME_SECONDS = 120 * 86_400
/** The daily work moves the end on when so much is left. */
export const RENEW_BEFORE_SECONDS = 60 * 86_400

/** Signs the text as an OpenPGP cleartext message (RFC 9116 §2.3); undefined while there is no key. */
export interface SecurityTextSigner {
  sign(text: string, now: number): Promise<string | undefined>
}

export interface SecurityTextFacts {
  /** Origin under which the public comes here. */
  readonly base: string
  readonly hasThanks: boolean
  /** Of the CSAF provider-metadata.json; undefined until there are advisories. */
  readonly csafUrl: string | undefined
}

export function securityText(
  { settings, expiresAt }: KeptDisclosureSettings,
  { base, hasThanks, csafUrl }: SecurityTextFacts,
): string {
  const { contacts, encryptionUrl, publicKey, acknowledgmentsUrl, languages, policyUrl } = settings
  const key = encryptionUrl !== '' ? encryptionUrl : publicKey === '' ? '' : `${base}${KEY_PATH}`
  const thanks =
    acknowledgmentsUrl !== '' ? acknowledgmentsUrl : hasThanks ? `${base}${THANKS_PATH}` : ''
  const fields: readonly (readonly [name: string, value: string])[] = [
    ...[...contacts, `${base}${FORM_PATH}`].map((contact) => ['Contact', contact] as const),
    ['Expires', new Date(expiresAt * 1000).toISOString().replace('.000', '')],
    ['Encryption', key],
    ['Acknowledgments', thanks],
    ['Preferred-Languages', languages.join(', ')],
    ['Canonical', `${base}${SECURITY_TEXT_PATH}`],
    ['Policy', policyUrl === '' ? `${base}${POLICY_PATH}` : policyUrl],
    ['CSAF', csafUrl ?? ''],
  ]
  return fields
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}: ${value}\n`)
    .join('')
}

export const SECURITY_TEXT_PATH = '/.well-known/security.txt'
export const POLICY_PATH = '/security/'
export const FORM_PATH = '/security/report'
export const FOLLOW_PATH = '/security/report/follow'
export const THANKS_PATH = '/security/thanks'
export const KEY_PATH = '/security/key.asc'
export const STYLE_PATH = '/security/style.css'
