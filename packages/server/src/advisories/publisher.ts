/** Who speaks in an advisory, and where the public finds it: by the settings of disclosure. */
import type { AdvisoryPublisher } from '@fleetward/vulnerability'
import {
  DISCLOSURE_DEFAULTS,
  type DisclosureSettings,
  isSetUp,
} from '../disclosure/disclosure-settings.ts'
import { HttpError } from '../http/problem.ts'
import type { Stores } from '../stores.ts'

export const ADVISORIES_PATH = '/advisories'

export interface AdvisorySite {
  readonly settings: DisclosureSettings
  /** Origin. */
  readonly base: string
  readonly publisher: AdvisoryPublisher
}

/** Undefined until somebody has said who publishes, and how he is reached. */
export async function findSite(
  { disclosure }: Pick<Stores, 'disclosure'>,
  publicBase: string,
): Promise<AdvisorySite | undefined> {
  const { settings } = (await disclosure.settings()) ?? DISCLOSURE_DEFAULTS
  const name = settings.organisation.trim()
  if (!isSetUp(settings) || name === '') return undefined
  const base = settings.publicUrl === '' ? publicBase : settings.publicUrl
  const contact = settings.contacts[0] ?? ''
  return { settings, base, publisher: { name, namespace: base, contact } }
}

export async function siteOf(
  stores: Pick<Stores, 'disclosure'>,
  publicBase: string,
): Promise<AdvisorySite> {
  const site = await findSite(stores, publicBase)
  if (site !== undefined) return site
  throw new HttpError(
    409,
    'ADVISORY_PUBLISHER_UNKNOWN',
    'Nobody has said yet who publishes: fleetward disclosure contact --organisation … --contact …',
  )
}

export function pageUrl(base: string, id: string): string {
  return `${base}${ADVISORIES_PATH}/${id}`
}
