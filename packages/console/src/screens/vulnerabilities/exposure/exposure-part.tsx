/** How many devices have a hole, how fast they get rid of it, and where they are. */
import type { ComponentChildren } from 'preact'
import { to } from '../../../addresses.ts'
import type { Exposure } from '../../../api/operator-api.gen.ts'
import { ExposureCurve } from '../../../pieces/charts/exposure-curve.tsx'
import { Time } from '../../../pieces/time.tsx'
import { numberWords, say } from '../../../words/say.tsx'
import { dayWords, durationWords } from '../../../words/time.ts'
import { ExposureTables } from './exposure-tables.tsx'
import { runningOneOf } from './fleet-filter.ts'
import { FleetLink } from './fleet-link.tsx'

export interface ExposurePartProps {
  readonly product: string
  readonly exposure: Exposure
}

const STATES = ['pending', 'postponed', 'optedOut', 'offline', 'unsupported', 'updated'] as const

export function ExposurePart({ product, exposure }: ExposurePartProps) {
  const { total, exposed, counts, asOf } = exposure
  const running = runningOneOf(exposure.releases.map(({ version }) => version))
  return (
    <section class="card" aria-labelledby="exposure">
      <h2 id="exposure">{say('vulnerabilities.exposure')}</h2>
      <p class="row">
        <strong>
          <FleetLink product={product} filter={running}>
            {say('vulnerabilities.exposedOf', { exposed, total })}
          </FleetLink>
        </strong>
        <span class="quiet">
          {say('vulnerabilities.asOf')} <Time at={asOf} isExact />
        </span>
      </p>
      <dl class="figures">
        {STATES.map((state) => (
          <div key={state}>
            <dt>{say(`vulnerabilities.exposure-${state}`)}</dt>
            <dd>{numberWords(counts[state])}</dd>
          </div>
        ))}
      </dl>
      <Speed exposure={exposure} />
      <ExposureCurve exposure={exposure} />
      <ExposureTables product={product} exposure={exposure} running={running} />
      <NotKnown product={product} notKnown={exposure.notKnown} />
    </section>
  )
}

function Speed({ exposure }: { readonly exposure: Exposure }) {
  const { half, goal, exposedDeviceDays, forecast } = exposure
  const days = numberWords(exposedDeviceDays.days)
  const rows: readonly (readonly [string, ComponentChildren])[] = [
    [say('vulnerabilities.known'), <Time key="known" at={exposure.knownAt} isExact />],
    [say('vulnerabilities.half'), reachedWords(half)],
    [say('vulnerabilities.goal'), reachedWords(goal)],
    [say('vulnerabilities.forecast'), forecastWords(forecast)],
    [
      say('vulnerabilities.deviceDays'),
      exposedDeviceDays.isAtLeast ? say('vulnerabilities.atLeast', { days }) : days,
    ],
  ]
  return (
    <dl class="facts">
      {rows.map(([name, value]) => (
        <>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </>
      ))}
    </dl>
  )
}

function reachedWords(reached: Exposure['half']): string {
  if (reached === undefined) return say('vulnerabilities.notYet')
  const known = durationWords(reached.secondsSinceKnown)
  if (reached.secondsSinceFix === undefined) return say('vulnerabilities.afterKnown', { known })
  const fix = durationWords(reached.secondsSinceFix)
  return say('vulnerabilities.afterBoth', { known, fix })
}

function forecastWords(forecast: Exposure['forecast']): string {
  switch (forecast.kind) {
    case 'reached':
      return say('vulnerabilities.reached', { day: dayWords(forecast.at) })
    case 'expected':
      return say('vulnerabilities.expected', {
        day: dayWords(forecast.at),
        count: forecast.perDay,
      })
    case 'none':
      return say(`vulnerabilities.forecast-${forecast.why}`)
  }
}

function NotKnown({ product, notKnown }: { product: string; notKnown: Exposure['notKnown'] }) {
  const { neverReported, notMatched, versions } = notKnown
  if (neverReported + notMatched === 0) return null
  return (
    <p>
      {say('vulnerabilities.notKnown', { neverReported, notMatched })}{' '}
      {versions.length > 0 && (
        <a href={to.fleet(product, { filter: runningOneOf(versions) })}>{versions.join(', ')}</a>
      )}
    </p>
  )
}
