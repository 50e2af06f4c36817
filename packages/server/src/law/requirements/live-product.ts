/** What suggestions are made of, as it is now. */
import { DISCLOSURE_DEFAULTS, isSetUp } from '../../disclosure/disclosure-settings.ts'
import type { RetentionSettings } from '../../retention/retention-settings.ts'
import type { Stores } from '../../stores.ts'
import type { LiveProduct } from './suggestions.ts'

export async function liveProduct(
  {
    releases,
    facts,
    disclosure,
    feeds,
  }: Pick<Stores, 'releases' | 'facts' | 'disclosure' | 'feeds'>,
  product: string,
  { retention, base }: { readonly retention: RetentionSettings; readonly base: string },
): Promise<LiveProduct> {
  const published = (await releases.ofProduct(product)).filter(
    ({ withdrawnAt }) => withdrawnAt === undefined,
  )
  const count = (kind: string) => published.filter(({ release }) => release.kind === kind).length
  const written = (await facts.latest(product))?.facts
  const { settings } = (await disclosure.settings()) ?? DISCLOSURE_DEFAULTS
  return {
    releases: {
      ...{ security: count('security'), functionality: count('functionality') },
      combined: count('combined'),
    },
    updatePolicy: written?.updatePolicy,
    supportEnds: written?.supportPeriod?.ends,
    disclosure: isSetUp(settings)
      ? { ...settings, publicUrl: settings.publicUrl === '' ? base : settings.publicUrl }
      : undefined,
    retention,
    hasFreshFeeds: (await feeds.revision()) > 0,
  }
}
