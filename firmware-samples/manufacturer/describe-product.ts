/** What the manufacturer writes of the sample: what the law wants to read, its risks, reviewed, and where reports go. */
import { writeFile } from 'node:fs/promises'
import type { ProductFacts } from '../../packages/server/src/product-facts/facts-schema.ts'
import { wholeFacts } from '../../packages/server/test/support/whole-facts.ts'
import { SAMPLE_PRODUCT } from '../samples.ts'
import type { Hand } from './hand.ts'

const OF = ['--product', SAMPLE_PRODUCT] as const
const REVIEW_AGAIN_DAYS = 180
const DAY_MS = 86_400_000

export interface Described {
  /** Of the support period, in place of what is usual. */
  readonly supported?: object
  /** Facts that nobody has written yet. */
  readonly without?: readonly (keyof ProductFacts)[]
}

/** The gate asks for a review of the risks; all else is for whoever reads. */
export async function describeProduct(
  hand: Hand,
  { supported = {}, without = [] }: Described = {},
): Promise<void> {
  await hand.run('products', 'facts', 'set', SAMPLE_PRODUCT, '--file', await factsFile())
  await hand.run(
    ...['risks', 'add', 'firmware-rollback', ...OF, '--asset', 'firmware', '--actor', 'criminal'],
    ...['--stride', 'tampering', '--threat', 'an old release with a known hole is installed'],
    ...['--vulnerability', 'old releases are signed too', '--likelihood', 'medium'],
    ...['--impact', 'high', '--safety-impact', 'none', '--treatment', 'mitigate'],
    ...['--measure', 'a security counter that never falls', '--residual', 'low'],
    ...['--owner', 'the security officer', '--stage', 'maintenance', '--test', 'rollback'],
  )
  await hand.run(
    ...['disclosure', 'contact', '--organisation', 'Lumen Works'],
    ...['--contact', 'mailto:security@lumen.example'],
  )
  const next = new Date(hand.now().getTime() + REVIEW_AGAIN_DAYS * DAY_MS)
  await hand.run(
    ...['risks', 'review', ...OF, '--reviewer', 'the security officer'],
    ...['--next', next.toISOString().slice(0, 10)],
  )

  async function factsFile(): Promise<string> {
    const { supportPeriod, ...facts } = wholeFacts()
    const year = hand.now().getUTCFullYear()
    const usual = { ...supportPeriod, starts: `${year - 1}-01-01`, ends: `${year + 7}-12` }
    const written = { ...facts, supportPeriod: { ...usual, ...supported } }
    const known = Object.entries(written).filter(([name]) => !without.some((one) => one === name))
    await writeFile(hand.at('facts.json'), JSON.stringify(Object.fromEntries(known)))
    return hand.at('facts.json')
  }
}
