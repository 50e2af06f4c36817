/** How people outside reach whoever looks after vulnerabilities here, and what they may expect. One for the server. */

export interface DisclosureSettings {
  /** Who answers, as the pages call him; '' for nobody in particular. */
  readonly organisation: string
  /** URIs (`mailto:`, `https:`, `tel:`), the one that is liked best first (RFC 9116 §2.5.3). None: nothing is public. */
  readonly contacts: readonly string[]
  /** Origin of the pages as the public sees them, `https://updates.example.com`; '' goes by `host` and `listen.public`. */
  readonly publicUrl: string
  /** A policy elsewhere, beside our page; '' for none. */
  readonly policyUrl: string
  /** BCP 47 tags of the languages in which reports are read. */
  readonly languages: readonly string[]
  /** Where the OpenPGP key lies; '' for our own address, when there is a key. */
  readonly encryptionUrl: string
  /** Armored OpenPGP public key; '' for none. */
  readonly publicKey: string
  /** Who is thanked, elsewhere; '' for our own page. */
  readonly acknowledgmentsUrl: string
  readonly bounty: boolean
  /** From the report on. */
  readonly acknowledgeHours: number
  readonly assessHours: number
  /** What reporters are asked to wait before they publish. */
  readonly publishDays: number
}

export interface KeptDisclosureSettings {
  readonly settings: DisclosureSettings
  readonly revision: number
  /** Of security.txt, in seconds; the daily work moves it on. */
  readonly expiresAt: number
}

/** Five working days are a week. */
const ACKNOWLEDGE_DEFAULT_HOURS = 5 * 24
const ASSESS_DEFAULT_HOURS = 14 * 24
const PUBLISH_DEFAULT_DAYS = 90

export const DISCLOSURE_DEFAULTS: KeptDisclosureSettings = {
  settings: {
    ...{ organisation: '', contacts: [], publicUrl: '', policyUrl: '', languages: ['en'] },
    ...{ encryptionUrl: '', publicKey: '', acknowledgmentsUrl: '', bounty: false },
    ...{ acknowledgeHours: ACKNOWLEDGE_DEFAULT_HOURS, assessHours: ASSESS_DEFAULT_HOURS },
    publishDays: PUBLISH_DEFAULT_DAYS,
  },
  ...{ revision: 0, expiresAt: 0 },
}

export function isSetUp({ contacts }: DisclosureSettings): boolean {
  return contacts.length > 0
}
