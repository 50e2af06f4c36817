/**
 * End of support: owners learn of it twelve, six and one months before, and when it is there, on the product's page, by
 * mail and on the device. Art. 13(19), CRA P-021
 */
import assert from 'node:assert/strict'
import { SAMPLE_PRODUCT } from '../firmware-samples/samples.ts'
import { DAY_MS, type Stage } from './stage.ts'

export async function endOfSupport(stage: Stage): Promise<Readonly<Record<string, unknown>>> {
  const ends = monthAfter(stage.now(), 13)
  stage.tell(`A product in its last years: support ends with ${ends}.`)
  await stage.makeProduct({ factorySettings: { supportEndsOn: ends } })
  await stage.run(
    ...['products', 'facts', 'set', SAMPLE_PRODUCT, '--support-ends', ends],
    ...['--fact', `supportPeriod.starts=${dayBefore(stage.now(), 5 * 365)}`],
    ...['--fact', 'supportPeriod.expectedUseMonths=60'],
    ...['--fact', 'supportPeriod.reasoning=Gateways of this kind are used for five years.'],
  )
  const told: number[] = []
  for (const monthsBefore of [12, 6, 1, 0]) {
    await stage.pass(firstDayAfter(ends, -monthsBefore).getTime() - stage.now().getTime() + DAY_MS)
    stage.tell(monthsBefore === 0 ? 'Support has ended.' : `${monthsBefore} months before the end.`)
    const { json } = await stage.ask(
      ...['events', 'follow', '--type', 'product.support-ending', '--from-start'],
      ...['--count', String(told.length + 1)],
    )
    void json
    told.push(monthsBefore)
  }
  assert.deepEqual(told, [12, 6, 1, 0])
  return { told }
}

/** `2027-12` */
function monthAfter(now: Date, months: number): string {
  const then = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + months, 1))
  return then.toISOString().slice(0, 7)
}

function dayBefore(now: Date, days: number): string {
  return new Date(now.getTime() - days * DAY_MS).toISOString().slice(0, 10)
}

/** Of the month after `month`, so many months on. */
function firstDayAfter(month: string, months: number): Date {
  const [year = 0, number = 0] = month.split('-').map(Number)
  return new Date(Date.UTC(year, number + months, 1))
}
